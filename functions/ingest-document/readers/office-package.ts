/** The parts of an OOXML file (docx, pptx) and how they refer to each other. References that lead outside are never followed. */
import type { Found } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { type Archive, openArchive } from './archive.ts';
import { foundInProperties, listedNames, visibilityInProperty } from './document-properties.ts';
import { attribute, child, elementsOf, parseXml, textWithin, type XmlElement } from './xml.ts';

export interface Relationship {
  /** The last word of the type's address: `slide`, `notesSlide`, `footnotes`. */
  readonly type: string;
  /** The name of a part in the same file. */
  readonly target: string;
}

export class OfficePackage {
  readonly #archive: Archive;
  /** A part that could not be read whole; what it held is missing from the text. */
  damaged = false;

  constructor(bytes: Uint8Array) {
    this.#archive = openArchive(bytes);
  }

  /** The root of a part that the document cannot do without. */
  require(name: string | undefined): XmlElement {
    const bytes = name === undefined ? undefined : this.#archive.read(name);
    if (!bytes) throw new RefusedError('corrupt');
    const { root, truncated } = parseXml(bytes);
    this.damaged ||= truncated;
    return root;
  }

  /** The root of a part that may lack, or be damaged without the rest being lost. */
  optional(name: string | undefined): XmlElement | undefined {
    if (name === undefined || !this.#archive.has(name)) return undefined;
    try {
      return this.require(name);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.reason !== 'corrupt') throw error;
      this.damaged = true;
      return undefined;
    }
  }

  /** What a part refers to, by id; `''` is the package itself. */
  relationships(part: string): Map<string, Relationship> {
    const slash = part.lastIndexOf('/');
    const folder = part.slice(0, slash + 1);
    const root = this.optional(`${folder}_rels/${part.slice(slash + 1)}.rels`);
    const found = new Map<string, Relationship>();
    for (const element of root ? elementsOf(root) : []) {
      const id = attribute(element, 'Id');
      const target = attribute(element, 'Target');
      if (!id || !target || attribute(element, 'TargetMode') === 'External') continue;
      const type = attribute(element, 'Type')?.split('/').at(-1) ?? '';
      found.set(id, { type, target: resolvePart(folder, target) });
    }
    return found;
  }

  /** The part that a part refers to by that type. */
  related(part: string, type: string): string | undefined {
    for (const relationship of this.relationships(part).values()) {
      if (relationship.type === type) return relationship.target;
    }
    return undefined;
  }

  /** The part that is the document, wherever a program put it. */
  mainPart(usual: string): string {
    const named = this.related('', 'officeDocument');
    return named && this.#archive.has(named) ? named : usual;
  }

  /** What the core and custom properties say of the document. */
  properties(today: string): Found[] {
    const root = this.optional(this.related('', 'core-properties') ?? 'docProps/core.xml');
    const custom = this.optional(this.related('', 'custom-properties') ?? 'docProps/custom.xml');
    const visibility = (custom ? elementsOf(custom) : []).flatMap((property) =>
      visibilityInProperty(attribute(property, 'name'), textWithin(property)),
    );
    if (!root) return visibility.length > 0 ? [{ origin: 'property', visibility }] : [];
    const value = (name: string) => textWithin(child(root, name));
    const keywords = listedNames(value('keywords'));
    const properties = {
      title: value('title'),
      description: value('description'),
      keywords,
      created: value('created'),
      visibility,
    };
    return foundInProperties(properties, today);
  }
}

/** The part that a target names, seen from a folder: `../slides/slide1.xml`. */
function resolvePart(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : `${folder}${target}`;
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

/** What a paragraph is by its style: a heading, the title, an item of a list, a line of the table of contents. */
import { attribute, child, descend, elementsOf, type XmlElement } from './xml.ts';

export interface ParagraphRole {
  heading: number | null;
  isTitle: boolean;
  isItem: boolean;
  isContents: boolean;
}

interface Style {
  name: string;
  parent: string | undefined;
  level: number | undefined;
  numbered: boolean;
}

/** Names of heading styles where a program wrote them in the user's language. */
const headingName = /^(?:heading|kop|überschrift|titre|titolo|overskrift)\s*([1-9])$/i;
const titleName = /^(?:title|titel)$/i;
const contentsName = /^(?:toc|inhopg|inhaltsverzeichnis|table of figures|lijst met afbeeldingen)\s*\d*$/i;
/** Body text has the outline level after the last heading's. */
const bodyLevel = 9;

export class DocxStyles {
  readonly #styles = new Map<string, Style>();

  constructor(root: XmlElement | undefined) {
    for (const element of root ? elementsOf(root) : []) {
      const id = element.name === 'style' ? attribute(element, 'styleId') : undefined;
      if (!id) continue;
      this.#styles.set(id, {
        name: attribute(child(element, 'name'), 'val') ?? id,
        parent: attribute(child(element, 'basedOn'), 'val'),
        level: outlineLevel(child(element, 'pPr')),
        numbered: isNumbered(child(element, 'pPr')) ?? false,
      });
    }
  }

  roleOf(properties: XmlElement | undefined): ParagraphRole {
    const chain = this.#chain(attribute(child(properties, 'pStyle'), 'val'));
    const level = outlineLevel(properties) ?? styledLevel(chain);
    const heading = level === undefined || level >= bodyLevel ? null : level + 1;
    return {
      heading,
      isTitle: chain.some(({ name }) => titleName.test(name)),
      isItem: isNumbered(properties) ?? chain.some(({ numbered }) => numbered),
      isContents: chain.some(({ name }) => contentsName.test(name)),
    };
  }

  #chain(id: string | undefined): Style[] {
    const chain: Style[] = [];
    for (let at = id; at !== undefined && chain.length < 20; ) {
      const style: Style = this.#styles.get(at) ?? {
        name: at,
        parent: undefined,
        level: undefined,
        numbered: false,
      };
      chain.push(style);
      at = style.parent;
    }
    return chain;
  }
}

function styledLevel(chain: readonly Style[]): number | undefined {
  for (const { name, level } of chain) {
    const named = headingName.exec(name)?.[1];
    if (named) return Number(named) - 1;
    if (level !== undefined) return level;
  }
  return undefined;
}

function outlineLevel(properties: XmlElement | undefined): number | undefined {
  const value = attribute(child(properties, 'outlineLvl'), 'val');
  return value !== undefined && /^\d$/.test(value) ? Number(value) : undefined;
}

/** Undefined when nothing is said; number 0 takes a style's numbering away. */
function isNumbered(properties: XmlElement | undefined): boolean | undefined {
  const id = attribute(descend(properties, 'numPr', 'numId'), 'val');
  return id === undefined ? undefined : id !== '0';
}

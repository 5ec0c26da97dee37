/** ODT and ODP: OpenDocument text and presentations. What a reviewer deleted is stored apart and never read. */
import type { Block, Found, Passage, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { type Archive, openArchive } from './archive.ts';
import { foundInProperties, listedNames, visibilityInProperty } from './document-properties.ts';
import { flowingReading } from './flowing-document.ts';
import { pagedReading } from './paged-document.ts';
import { partlyDamaged } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';
import type { Piece } from './sections.ts';
import { hiddenSlides, type Placed, readingOrderOfShapes } from './slides.ts';
import { isLayout, rowText } from './tables.ts';
import {
  attribute,
  child,
  descend,
  descendants,
  elementsOf,
  parseXml,
  textWithin,
  type XmlElement,
} from './xml.ts';

type Context = Pick<ReadingContext, 'today'>;

export async function readOdt(bytes: Uint8Array, { today }: Context): Promise<Reading> {
  const { root, damaged, archive } = openContent(bytes);
  const text = descend(root, 'body', 'text');
  if (!text) throw new RefusedError('corrupt');
  const styles = new Styles(root, optionalPart(archive, 'styles.xml'));
  const pieces = piecesOf(text, styles);
  return flowingReading({
    kind: 'publication',
    pieces: pieces.map(({ piece }) => piece),
    ...propertiesOf(archive, today),
    title: titleAmong(pieces),
    notes: damaged ? [partlyDamaged] : [],
    today,
  });
}

export async function readOdp(bytes: Uint8Array, { today }: Context): Promise<Reading> {
  const { root, damaged, archive } = openContent(bytes);
  const slides = [...descendants(root, 'page')];
  const styles = new Styles(root, optionalPart(archive, 'styles.xml'));
  const passages: Passage[] = [];
  let hidden = 0;
  slides.forEach((slide, at) => {
    if (styles.isHidden(attribute(slide, 'style-name'))) hidden++;
    else passages.push(readSlide(slide, at + 1, styles));
  });
  if (passages.length === 0) throw new RefusedError('no-text');
  const properties = propertiesOf(archive, today);
  const title = passages[0]?.anchor.heading;
  return pagedReading({
    kind: 'presentation',
    passages,
    found: [...properties.found, ...(title ? [{ origin: 'heading' as const, title }] : [])],
    declaredLanguage: properties.declaredLanguage,
    notes: [...(hidden > 0 ? [hiddenSlides(hidden)] : []), ...(damaged ? [partlyDamaged] : [])],
    today,
  });
}

function openContent(bytes: Uint8Array): { root: XmlElement; damaged: boolean; archive: Archive } {
  const archive = openArchive(bytes);
  const manifest = optionalPart(archive, 'META-INF/manifest.xml');
  if (manifest && !descendants(manifest, 'encryption-data').next().done) throw new RefusedError('encrypted');
  const content = archive.read('content.xml');
  if (!content) throw new RefusedError('corrupt');
  const { root, truncated } = parseXml(content);
  return { root, damaged: truncated, archive };
}

function optionalPart(archive: Archive, name: string): XmlElement | undefined {
  try {
    const bytes = archive.read(name);
    return bytes && parseXml(bytes).root;
  } catch (error) {
    // Styles and properties may be damaged without the text being lost.
    if (error instanceof RefusedError && error.reason === 'corrupt') return undefined;
    throw error;
  }
}

function propertiesOf(archive: Archive, today: string): { found: Found[]; declaredLanguage: string | null } {
  const meta = descend(optionalPart(archive, 'meta.xml'), 'meta');
  const value = (name: string) => textWithin(child(meta, name));
  const keywords = (meta ? elementsOf(meta) : [])
    .filter(({ name }) => name === 'keyword')
    .flatMap((keyword) => listedNames(textWithin(keyword)));
  const properties = {
    title: value('title'),
    description: value('description'),
    keywords,
    created: value('creation-date'),
    visibility: (meta ? elementsOf(meta) : [])
      .filter(({ name }) => name === 'user-defined')
      .flatMap((property) => visibilityInProperty(attribute(property, 'name'), textWithin(property))),
  };
  const found = foundInProperties(properties, today);
  return { found, declaredLanguage: value('language') || null };
}

/** Styles by name, as far as they say what a text is. */
class Styles {
  readonly #styles = new Map<string, XmlElement>();

  constructor(...roots: readonly (XmlElement | undefined)[]) {
    for (const root of roots) {
      for (const style of root ? descendants(root, 'style') : []) {
        const name = attribute(style, 'name');
        if (name && !this.#styles.has(name)) this.#styles.set(name, style);
      }
    }
  }

  isTitle(name: string | undefined): boolean {
    return this.#chain(name).some((style) => /^(title|titel)$/i.test(style));
  }

  isHidden(name: string | undefined): boolean {
    const style = name === undefined ? undefined : this.#styles.get(name);
    return attribute(child(style, 'drawing-page-properties'), 'visibility') === 'hidden';
  }

  #chain(name: string | undefined): string[] {
    const chain: string[] = [];
    for (let at = name; at !== undefined && chain.length < 20; ) {
      chain.push(at);
      at = attribute(this.#styles.get(at), 'parent-style-name');
    }
    return chain;
  }
}

interface Gathered {
  piece: Piece;
  isTitle: boolean;
}

/** Left out: deletions of reviewers, remarks, contents lists, drawings' descriptions, forms, declarations. */
const skipped = new Set(
  'tracked-changes annotation annotation-end table-of-content illustration-index table-index alphabetical-index user-index sequence-decls variable-decls user-field-decls forms event-listeners desc title image object object-ole ruby-text bookmark-start note-citation glue-point'.split(
    ' ',
  ),
);

function piecesOf(container: XmlElement, styles: Styles): Gathered[] {
  const gathered: Gathered[] = [];
  let notes: string[] = [];
  const writeNotes = () => {
    for (const text of notes) gathered.push({ piece: { type: 'note', text }, isTitle: false });
    notes = [];
  };
  const walk = (element: XmlElement, inList: boolean): void => {
    for (const node of elementsOf(element)) {
      if (skipped.has(node.name)) continue;
      if (node.name === 'h' || node.name === 'p') {
        const line: Line = { text: '', notes: [], boxes: [] };
        readLine(node, line);
        const isTitle = styles.isTitle(attribute(node, 'style-name'));
        const isHeading = node.name === 'h' || isTitle;
        if (isHeading) writeNotes();
        const level = isTitle ? 1 : Number(attribute(node, 'outline-level') ?? 1) || 1;
        const piece: Piece = isHeading
          ? { type: 'heading', level, text: line.text }
          : { type: inList ? 'item' : 'paragraph', text: line.text };
        gathered.push({ piece, isTitle });
        for (const note of line.notes) notes.push(noteText(note, styles));
        for (const box of line.boxes) walk(box, false);
      } else if (node.name === 'table') {
        for (const piece of tablePieces(node, styles)) gathered.push(piece);
      } else walk(node, inList || node.name === 'list-item');
    }
  };
  walk(container, false);
  writeNotes();
  return gathered.filter(({ piece }) => cleaned(piece.text) !== '');
}

const noteText = (note: XmlElement, styles: Styles) =>
  piecesOf(note, styles)
    .map(({ piece }) => piece.text)
    .join(' ');

interface Line {
  text: string;
  notes: XmlElement[];
  boxes: XmlElement[];
}

function readLine(element: XmlElement, line: Line): void {
  for (const node of element.children) {
    if (typeof node === 'string') line.text += node;
    else if (node.name === 's' || node.name === 'tab' || node.name === 'line-break') line.text += ' ';
    else if (node.name === 'note') {
      for (const body of elementsOf(node)) if (body.name === 'note-body') line.notes.push(body);
    } else if (node.name === 'text-box') line.boxes.push(node);
    else if (node.name === 'page-number' || node.name === 'page-count') continue;
    else if (!skipped.has(node.name)) readLine(node, line);
  }
}

function tablePieces(table: XmlElement, styles: Styles): Gathered[] {
  const rows = [...rowsOf(table)].map((row) =>
    elementsOf(row)
      .filter(({ name }) => name === 'table-cell')
      .map((cell) => piecesOf(cell, styles)),
  );
  const texts = rows.map((row) => row.map((cell) => cell.map(({ piece }) => piece)));
  if (isLayout(texts, ({ type }) => type === 'heading')) return rows.flat(2);
  return texts.map((row) => ({ piece: { type: 'row', text: rowText(row) }, isTitle: false }));
}

function* rowsOf(table: XmlElement): Generator<XmlElement> {
  for (const element of elementsOf(table)) {
    if (element.name === 'table-row') yield element;
    else if (/^table-(header-rows|rows|row-group)$/.test(element.name)) yield* rowsOf(element);
  }
}

function titleAmong(pieces: readonly Gathered[]): string | null {
  const opening = pieces.slice(0, 6);
  const title =
    opening.find(({ isTitle }) => isTitle) ?? opening.find(({ piece }) => piece.type === 'heading');
  return title?.piece.text ?? null;
}

/** Frames that every slide repeats. */
const furniture = new Set(['header', 'footer', 'date-time', 'page-number', 'page', 'handout']);

interface Shape extends Placed {
  isTitle: boolean;
  blocks: Block[];
}

function readSlide(slide: XmlElement, number: number, styles: Styles): Passage {
  const shapes: Shape[] = [];
  const notes: Block[] = [];
  for (const element of elementsOf(slide)) {
    if (element.name === 'notes') {
      for (const frame of elementsOf(element)) {
        const kind = attribute(frame, 'class');
        if (kind !== undefined && furniture.has(kind)) continue;
        for (const { text } of shapeBlocks(frame, styles)) notes.push({ type: 'note', text });
      }
      continue;
    }
    const kind = attribute(element, 'class');
    if (kind !== undefined && furniture.has(kind)) continue;
    if (attribute(element, 'placeholder') === 'true') continue;
    const blocks = shapeBlocks(element, styles);
    if (blocks.length > 0) shapes.push({ ...placeOf(element), isTitle: kind === 'title', blocks });
  }
  const title = shapes.find(({ isTitle }) => isTitle);
  const rest = readingOrderOfShapes(shapes.filter((shape) => shape !== title));
  return {
    anchor: {
      type: 'slide',
      number,
      heading: title ? cleaned(title.blocks.map(({ text }) => text).join(' ')) || null : null,
    },
    level: 1,
    blocks: [...rest.flatMap(({ blocks }) => blocks), ...notes],
  };
}

function shapeBlocks(shape: XmlElement, styles: Styles): Block[] {
  if (skipped.has(shape.name)) return [];
  return piecesOf({ ...shape, children: [shape] }, styles).map(
    ({ piece }): Block => ({ type: piece.type === 'heading' ? 'paragraph' : piece.type, text: piece.text }),
  );
}

const centimetres: Readonly<Record<string, number>> = {
  cm: 1,
  mm: 0.1,
  in: 2.54,
  pt: 2.54 / 72,
  pc: 2.54 / 6,
};

function placeOf(element: XmlElement): Placed {
  const length = (name: string) => {
    const [, number, unit = 'cm'] =
      /^(-?[\d.]+)(cm|mm|in|pt|pc)?$/.exec(attribute(element, name) ?? '') ?? [];
    return number === undefined ? null : Number(number) * (centimetres[unit] ?? 1);
  };
  return { top: length('y'), left: length('x'), height: length('height') };
}

/** DOCX: sections by headings, lists, tables, notes and text boxes; what a reviewer deleted is left out. */
import type { Block, Reading } from '../../../shared/document.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { DocxStyles, type ParagraphRole } from './docx-styles.ts';
import { flowingReading } from './flowing-document.ts';
import { OfficePackage } from './office-package.ts';
import { partlyDamaged } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';
import type { Piece } from './sections.ts';
import { isLayout, type Row, rowText } from './tables.ts';
import { attribute, child, descend, elementsOf, textWithin, type XmlElement } from './xml.ts';

export async function readDocx(
  bytes: Uint8Array,
  { today }: Pick<ReadingContext, 'today'>,
): Promise<Reading> {
  const office = new OfficePackage(bytes);
  const main = office.mainPart('word/document.xml');
  const body = child(office.require(main), 'body');
  const styles = new DocxStyles(office.optional(office.related(main, 'styles') ?? 'word/styles.xml'));
  const parts = new BodyReader(styles).read(body);
  const notes = {
    footnote: notesOf(office.optional(office.related(main, 'footnotes')), styles),
    endnote: notesOf(office.optional(office.related(main, 'endnotes')), styles),
  };
  return flowingReading({
    kind: 'publication',
    pieces: gather(parts, notes),
    found: office.properties(today),
    title: titleOf(parts),
    notes: office.damaged ? [partlyDamaged] : [],
    today,
  });
}

type NoteKind = 'footnote' | 'endnote';
interface NoteReference {
  kind: NoteKind;
  id: string;
}

/** A piece of the body in order, before it is known which section it belongs to. */
interface Part {
  type: Block['type'] | 'heading' | 'title';
  level: number;
  text: string;
  /** All of it stands in bold, as headings do in documents without styles. */
  bold: boolean;
  references: NoteReference[];
}

/** The longest line in bold that counts as a heading where no heading is styled. */
const longestBoldHeading = 100;

function gather(parts: readonly Part[], notes: Record<NoteKind, Map<string, string>>): Piece[] {
  const pieces: Piece[] = [];
  const styled = parts.some(({ type }) => type === 'heading');
  let pending: NoteReference[] = [];
  // Notes stand at the end of their section, so that they do not part the sentences of a page.
  const writeNotes = () => {
    for (const { kind, id } of pending) pieces.push({ type: 'note', text: notes[kind].get(id) ?? '' });
    pending = [];
  };
  for (const part of parts) {
    const { type, text } = part;
    const isBoldHeading =
      !styled &&
      part.bold &&
      type === 'paragraph' &&
      text.length <= longestBoldHeading &&
      !/[.,;:]$/.test(text);
    if (type === 'heading' || type === 'title' || isBoldHeading) {
      writeNotes();
      pieces.push({ type: 'heading', level: isBoldHeading ? 2 : part.level, text });
    } else pieces.push({ type, text });
    for (const reference of part.references) pending.push(reference);
  }
  writeNotes();
  return pieces;
}

/** The paragraph styled as the title, else the heading with which the text begins. */
function titleOf(parts: readonly Part[]): string | null {
  const opening = parts.slice(0, 6);
  const title =
    opening.find(({ type }) => type === 'title') ?? opening.find(({ type }) => type === 'heading');
  return title && title.text.length <= 300 ? title.text : null;
}

function notesOf(root: XmlElement | undefined, styles: DocxStyles): Map<string, string> {
  const notes = new Map<string, string>();
  for (const note of root ? elementsOf(root) : []) {
    const id = attribute(note, 'id');
    // Separators between text and notes are stored as notes, too.
    if (id === undefined || attribute(note, 'type')?.toLowerCase().includes('separator')) continue;
    const text = new BodyReader(styles)
      .read(note)
      .map((part) => part.text)
      .join(' ');
    notes.set(id, cleaned(text));
  }
  return notes;
}

interface Paragraph {
  text: string;
  boldLetters: number;
  letters: number;
  references: NoteReference[];
  boxes: XmlElement[];
}

/** Left out: what was deleted or moved away, instructions of fields, how a word is pronounced, what is kept for others. */
const skipped = new Set([
  'del',
  'moveFrom',
  'instrText',
  'delText',
  'rPr',
  'pPr',
  'rt',
  'sdtPr',
  'fldData',
  'binData',
  'commentReference',
  'annotationRef',
]);

class BodyReader {
  readonly #styles: DocxStyles;
  readonly #parts: Part[] = [];
  /** Text of a paragraph whose end was deleted: it runs on in the next. */
  #runningOn: Paragraph | undefined;

  constructor(styles: DocxStyles) {
    this.#styles = styles;
  }

  read(container: XmlElement | undefined): Part[] {
    if (container) this.#blocks(container);
    if (this.#runningOn)
      this.#write(this.#runningOn, { heading: null, isTitle: false, isItem: false, isContents: false });
    return this.#parts;
  }

  #blocks(container: XmlElement): void {
    for (const element of elementsOf(container)) {
      if (element.name === 'p') this.#paragraph(element);
      else if (element.name === 'tbl') this.#table(element);
      else if (element.name === 'AlternateContent') this.#blocks(chosen(element));
      else if (!skipped.has(element.name)) this.#blocks(element);
    }
  }

  #paragraph(element: XmlElement): void {
    const properties = child(element, 'pPr');
    const paragraph = this.#runningOn ?? { text: '', boldLetters: 0, letters: 0, references: [], boxes: [] };
    this.#runningOn = undefined;
    readRuns(element, paragraph, false);
    const markDeleted = child(descend(properties, 'rPr'), 'del') !== undefined;
    if (markDeleted) this.#runningOn = paragraph;
    else this.#write(paragraph, this.#styles.roleOf(properties));
  }

  #write({ text, boldLetters, letters, references, boxes }: Paragraph, role: ParagraphRole): void {
    if (role.isContents) return;
    const kept = cleaned(text);
    if (kept || references.length > 0) {
      const type = role.isTitle
        ? 'title'
        : role.heading !== null
          ? 'heading'
          : role.isItem
            ? 'item'
            : 'paragraph';
      const bold = letters > 0 && boldLetters === letters;
      this.#parts.push({
        type: kept ? type : 'paragraph',
        level: role.heading ?? 1,
        text: kept,
        bold,
        references,
      });
    }
    for (const box of boxes) this.#append(new BodyReader(this.#styles).read(box));
  }

  /** One by one, for a file may have more of them than a call may have arguments. */
  #append(parts: readonly Part[]): void {
    for (const part of parts) this.#parts.push(part);
  }

  #table(table: XmlElement): void {
    const rows = [...rowsOf(table)].map(
      (row): Row<Part> => [...cellsOf(row)].map((cell) => new BodyReader(this.#styles).read(cell)),
    );
    if (isLayout(rows, ({ type }) => type === 'heading')) {
      this.#append(rows.flat(2));
      return;
    }
    for (const row of rows) {
      const references = row.flat().flatMap((part) => part.references);
      this.#parts.push({ type: 'row', level: 1, text: rowText(row), bold: false, references });
    }
  }
}

function* rowsOf(table: XmlElement): Generator<XmlElement> {
  for (const element of elementsOf(table)) {
    const deleted = element.name === 'tr' && child(child(element, 'trPr'), 'del') !== undefined;
    if (element.name === 'tr' && !deleted) yield element;
    else if (element.name === 'sdt' || element.name === 'sdtContent' || element.name === 'customXml')
      yield* rowsOf(element);
  }
}

function* cellsOf(row: XmlElement): Generator<XmlElement> {
  for (const element of elementsOf(row)) {
    if (element.name === 'tc') yield element;
    else if (element.name === 'sdt' || element.name === 'sdtContent' || element.name === 'customXml')
      yield* cellsOf(element);
  }
}

/** Of the ways to show the same, the first, unless only the fallback has text. */
function chosen(alternatives: XmlElement): XmlElement {
  const choice = child(alternatives, 'Choice');
  const fallback = child(alternatives, 'Fallback');
  return choice && (hasText(choice) || !fallback) ? choice : (fallback ?? alternatives);
}

const hasText = (element: XmlElement): boolean =>
  elementsOf(element).some((part) => (part.name === 't' && textWithin(part).trim() !== '') || hasText(part));

function readRuns(container: XmlElement, paragraph: Paragraph, bold: boolean): void {
  for (const element of elementsOf(container)) {
    switch (element.name) {
      case 'r':
        if (!isOn(descend(element, 'rPr', 'vanish'))) {
          readRuns(element, paragraph, isOn(descend(element, 'rPr', 'b')));
        }
        break;
      case 't':
        write(paragraph, textWithin(element), bold);
        break;
      case 'tab':
      case 'ptab':
      case 'br':
      case 'cr':
        write(paragraph, ' ', bold);
        break;
      case 'noBreakHyphen':
        write(paragraph, '-', bold);
        break;
      case 'sym':
        write(paragraph, symbol(attribute(element, 'char')), bold);
        break;
      case 'footnoteReference':
        paragraph.references.push({ kind: 'footnote', id: attribute(element, 'id') ?? '' });
        break;
      case 'endnoteReference':
        paragraph.references.push({ kind: 'endnote', id: attribute(element, 'id') ?? '' });
        break;
      case 'txbxContent':
        paragraph.boxes.push(element);
        break;
      case 'AlternateContent':
        readRuns(chosen(element), paragraph, bold);
        break;
      default:
        if (!skipped.has(element.name)) readRuns(element, paragraph, bold);
    }
  }
}

function write(paragraph: Paragraph, text: string, bold: boolean): void {
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '').length;
  paragraph.text += text;
  paragraph.letters += letters;
  if (bold) paragraph.boldLetters += letters;
}

/** Word's switches are on when they stand there, unless they say otherwise. */
function isOn(element: XmlElement | undefined): boolean {
  return element !== undefined && !/^(0|false|off|none)$/.test(attribute(element, 'val') ?? 'true');
}

/** Symbol fonts keep their letters in the private area, where they mean nothing to a reader. */
function symbol(code: string | undefined): string {
  const point = Number.parseInt(code ?? '', 16);
  return point > 0x20 && !(point >= 0xe000 && point <= 0xf8ff) && point < 0x10000
    ? String.fromCharCode(point)
    : '';
}

/** PPTX: one passage a slide, its title as heading, text in reading order, tables as rows, the speaker's notes as notes. */
import type { Block, Note, Passage, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { OfficePackage } from './office-package.ts';
import { pagedReading } from './paged-document.ts';
import { partlyDamaged } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';
import { hiddenSlides, type Placed, readingOrderOfShapes } from './slides.ts';
import { rowText } from './tables.ts';
import { attribute, child, descend, descendants, elementsOf, textWithin, type XmlElement } from './xml.ts';

export async function readPptx(
  bytes: Uint8Array,
  { today }: Pick<ReadingContext, 'today'>,
): Promise<Reading> {
  const office = new OfficePackage(bytes);
  const main = office.mainPart('ppt/presentation.xml');
  const presentation = office.require(main);
  const parts = office.relationships(main);
  const passages: Passage[] = [];
  let hidden = 0;
  let number = 0;
  for (const entry of elementsOf(child(presentation, 'sldIdLst') ?? presentation)) {
    if (entry.name !== 'sldId') continue;
    number++;
    const part = parts.get(relationshipId(entry) ?? '')?.target;
    const slide = office.optional(part);
    if (!part || !slide) {
      office.damaged = true;
      continue;
    }
    if (/^(0|false)$/.test(attribute(slide, 'show') ?? '')) hidden++;
    else passages.push(new SlideReader(office, part).read(slide, number));
  }
  if (number === 0 || (passages.length === 0 && hidden === 0))
    throw new RefusedError(number === 0 ? 'no-text' : 'corrupt');
  if (passages.length === 0) throw new RefusedError('no-text');
  const notes: Note[] = [
    ...(hidden > 0 ? [hiddenSlides(hidden)] : []),
    ...(office.damaged ? [partlyDamaged] : []),
  ];
  const title = passages[0]?.anchor.heading;
  return pagedReading({
    kind: 'presentation',
    found: [...office.properties(today), ...(title ? [{ origin: 'heading' as const, title }] : [])],
    passages,
    notes,
    today,
  });
}

/** A slide has an id of its own beside that of the relationship. */
function relationshipId(element: XmlElement): string | undefined {
  return Object.entries(element.attributes).find(([name]) => name.endsWith(':id'))?.[1];
}

/** Placeholders that every slide repeats. */
const furniture = new Set(['dt', 'ftr', 'sldNum', 'hdr', 'sldImg']);
const titles = new Set(['title', 'ctrTitle']);
/** Placeholders whose paragraphs are bulleted unless they say otherwise. */
const bulleted = new Set(['body', 'obj', '']);

interface Shape extends Placed {
  isTitle: boolean;
  blocks: Block[];
}

class SlideReader {
  readonly #office: OfficePackage;
  readonly #part: string;
  readonly #layout: string | undefined;

  constructor(office: OfficePackage, part: string) {
    this.#office = office;
    this.#part = part;
    this.#layout = office.related(part, 'slideLayout');
  }

  read(slide: XmlElement, number: number): Passage {
    const shapes = this.#shapes(descend(slide, 'cSld', 'spTree'));
    const title = shapes.find(({ isTitle, blocks }) => isTitle && blocks.length > 0);
    const heading = title ? cleaned(title.blocks.map(({ text }) => text).join(' ')) : null;
    const rest = readingOrderOfShapes(shapes.filter((shape) => shape !== title));
    return {
      anchor: { type: 'slide', number, heading },
      level: 1,
      blocks: [...rest.flatMap(({ blocks }) => blocks), ...this.#notes()],
    };
  }

  #shapes(tree: XmlElement | undefined): Shape[] {
    return (tree ? elementsOf(tree) : []).flatMap((element): Shape[] => {
      if (isHidden(element)) return [];
      switch (element.name) {
        case 'sp':
          return this.#textShape(element);
        case 'graphicFrame':
          return [{ ...placeOf(element), isTitle: false, blocks: this.#frame(element) }];
        case 'grpSp': {
          const shapes = readingOrderOfShapes(this.#shapes(element));
          const title = shapes.filter(({ isTitle }) => isTitle);
          const blocks = shapes.filter(({ isTitle }) => !isTitle).flatMap((shape) => shape.blocks);
          return [...title, { ...placeOf(element), isTitle: false, blocks }];
        }
        case 'AlternateContent':
          return this.#shapes(child(element, 'Choice') ?? child(element, 'Fallback'));
        default:
          return [];
      }
    });
  }

  #textShape(element: XmlElement): Shape[] {
    const placeholder = descend(element, 'nvSpPr', 'nvPr', 'ph');
    const type = placeholder ? (attribute(placeholder, 'type') ?? '') : undefined;
    if (type !== undefined && furniture.has(type)) return [];
    const blocks = paragraphsOf(child(element, 'txBody'), type !== undefined && bulleted.has(type));
    if (blocks.length === 0) return [];
    const own = placeOf(element);
    const place = own.top === null && placeholder ? this.#inheritedPlace(placeholder) : own;
    return [{ ...place, isTitle: type !== undefined && titles.has(type), blocks }];
  }

  /** Where the layout puts a placeholder that says nothing of its place. */
  #inheritedPlace(placeholder: XmlElement): Placed {
    const layout = this.#office.optional(this.#layout);
    const index = attribute(placeholder, 'idx');
    const type = attribute(placeholder, 'type');
    for (const shape of layout ? descendants(layout, 'sp') : []) {
      const other = descend(shape, 'nvSpPr', 'nvPr', 'ph');
      if (!other) continue;
      const same =
        index !== undefined ? attribute(other, 'idx') === index : attribute(other, 'type') === type;
      if (same) return placeOf(shape);
    }
    return { top: null, left: null, height: null };
  }

  #frame(frame: XmlElement): Block[] {
    const data = descend(frame, 'graphic', 'graphicData');
    const table = child(data, 'tbl');
    if (table) return tableRows(table);
    const diagram = Object.entries(child(data, 'relIds')?.attributes ?? {}).find(([name]) =>
      name.endsWith(':dm'),
    )?.[1];
    const part = diagram && this.#office.relationships(this.#part).get(diagram)?.target;
    const model = part ? this.#office.optional(part) : undefined;
    if (!model) return [];
    return [...descendants(model, 'pt')].flatMap((point) => {
      const text = paragraphsOf(child(point, 't'), false)
        .map((block) => block.text)
        .join(' ');
      return text ? [{ type: 'item' as const, text }] : [];
    });
  }

  #notes(): Block[] {
    const root = this.#office.optional(this.#office.related(this.#part, 'notesSlide'));
    const tree = descend(root, 'cSld', 'spTree');
    return (tree ? elementsOf(tree) : []).flatMap((shape) => {
      const type = attribute(descend(shape, 'nvSpPr', 'nvPr', 'ph'), 'type');
      if (type !== 'body') return [];
      return paragraphsOf(child(shape, 'txBody'), false).map(({ text }) => ({ type: 'note' as const, text }));
    });
  }
}

function isHidden(element: XmlElement): boolean {
  const properties = elementsOf(element).find(({ name }) => name.startsWith('nv'));
  return /^(1|true)$/.test(attribute(child(properties, 'cNvPr'), 'hidden') ?? '');
}

function placeOf(element: XmlElement): Placed {
  const properties = child(element, 'spPr') ?? child(element, 'grpSpPr');
  const transform = child(properties, 'xfrm') ?? child(element, 'xfrm');
  const number = (name: string, key: string) => {
    const value = attribute(child(transform, name), key);
    return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : null;
  };
  return { top: number('off', 'y'), left: number('off', 'x'), height: number('ext', 'cy') };
}

function paragraphsOf(body: XmlElement | undefined, isBulleted: boolean): Block[] {
  const paragraphs = (body ? elementsOf(body) : []).filter(({ name }) => name === 'p');
  const texts = paragraphs.map((paragraph) => ({ paragraph, text: cleaned(runsOf(paragraph)) }));
  const several = texts.filter(({ text }) => text !== '').length > 1;
  return texts.flatMap(({ paragraph, text }): Block[] => {
    if (!text) return [];
    const properties = child(paragraph, 'pPr');
    const marked =
      child(properties, 'buChar') ?? child(properties, 'buAutoNum') ?? child(properties, 'buBlip');
    const isItem =
      marked !== undefined || (isBulleted && several && child(properties, 'buNone') === undefined);
    return [{ type: isItem ? 'item' : 'paragraph', text }];
  });
}

function runsOf(paragraph: XmlElement): string {
  return elementsOf(paragraph).reduce((text, run) => text + runText(run, text), '');
}

function runText(run: XmlElement, before: string): string {
  if (run.name === 'br') return ' ';
  if (run.name === 'fld' && attribute(run, 'type') === 'slidenum') return '';
  if (run.name === 'r' || run.name === 'fld') {
    const text = textWithin(child(run, 't'));
    const isRaised = Number(attribute(child(run, 'rPr'), 'baseline') ?? 0) > 0;
    // A note's number glued to a word would hide the word from search; in "m²" it belongs to it.
    return isRaised && /^\s*\d{1,2}\s*$/.test(text) && !/(^|\s)[ckd]?m$|\d$/.test(before) ? '' : text;
  }
  return run.name === 'm' || run.name === 'AlternateContent' ? mathOf(run) : '';
}

const mathOf = (element: XmlElement): string =>
  [...descendants(child(element, 'Choice') ?? element, 't')].map(textWithin).join('');

function tableRows(table: XmlElement): Block[] {
  return elementsOf(table)
    .filter(({ name }) => name === 'tr')
    .flatMap((row): Block[] => {
      const cells = elementsOf(row).filter(({ name }) => name === 'tc');
      const text = rowText(cells.map((cell) => paragraphsOf(child(cell, 'txBody'), false)));
      return text ? [{ type: 'row', text }] : [];
    });
}

/** PPTX: one passage a slide, its title as heading, text in reading order, tables as rows, the speaker's notes as notes. */
import type { Block, Note, Passage, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import { OfficePackage, type Relationship } from './office-package.ts';
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
  const layouts = new Layouts(office);
  const seen = new Set<string>();
  const passages: Passage[] = [];
  let hidden = 0;
  let number = 0;
  for (const entry of elementsOf(child(presentation, 'sldIdLst') ?? presentation)) {
    if (entry.name !== 'sldId') continue;
    number++;
    const part = parts.get(relationshipId(entry) ?? '')?.target;
    // No program shows a slide twice, and a file that does would be read as often as it likes.
    const slide = part === undefined || seen.has(part) ? undefined : office.optional(part);
    if (!part || !slide) {
      office.damaged = true;
      continue;
    }
    seen.add(part);
    if (/^(0|false)$/.test(attribute(slide, 'show') ?? '')) hidden++;
    else passages.push(new SlideReader(office, part, layouts).read(slide, number));
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
  readonly #relationships: ReadonlyMap<string, Relationship>;
  readonly #layouts: Layouts;

  constructor(office: OfficePackage, part: string, layouts: Layouts) {
    this.#office = office;
    this.#relationships = office.relationships(part);
    this.#layouts = layouts;
  }

  #related(type: string): string | undefined {
    return [...this.#relationships.values()].find((relationship) => relationship.type === type)?.target;
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
    const index = attribute(placeholder, 'idx');
    const type = attribute(placeholder, 'type');
    const { byIndex, byType } = this.#layouts.of(this.#related('slideLayout'));
    return (
      (index !== undefined ? byIndex.get(index) : byType.get(type)) ?? { top: null, left: null, height: null }
    );
  }

  #frame(frame: XmlElement): Block[] {
    const data = descend(frame, 'graphic', 'graphicData');
    const table = child(data, 'tbl');
    if (table) return tableRows(table);
    const diagram = Object.entries(child(data, 'relIds')?.attributes ?? {}).find(([name]) =>
      name.endsWith(':dm'),
    )?.[1];
    const part = diagram && this.#relationships.get(diagram)?.target;
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
    const root = this.#office.optional(this.#related('notesSlide'));
    const tree = descend(root, 'cSld', 'spTree');
    return (tree ? elementsOf(tree) : []).flatMap((shape) => {
      const type = attribute(descend(shape, 'nvSpPr', 'nvPr', 'ph'), 'type');
      if (type !== 'body') return [];
      return paragraphsOf(child(shape, 'txBody'), false).map(({ text }) => ({ type: 'note' as const, text }));
    });
  }
}

/** Where a layout puts placeholders, by their index and by their type. */
interface Layout {
  readonly byIndex: ReadonlyMap<string, Placed>;
  readonly byType: ReadonlyMap<string | undefined, Placed>;
}

/** The layouts of a presentation, each read once, however many slides and placeholders ask for it. */
class Layouts {
  readonly #office: OfficePackage;
  readonly #layouts = new Map<string | undefined, Layout>();

  constructor(office: OfficePackage) {
    this.#office = office;
  }

  of(part: string | undefined): Layout {
    const known = this.#layouts.get(part);
    if (known) return known;
    const root = this.#office.optional(part);
    const byIndex = new Map<string, Placed>();
    const byType = new Map<string | undefined, Placed>();
    for (const shape of root ? descendants(root, 'sp') : []) {
      const placeholder = descend(shape, 'nvSpPr', 'nvPr', 'ph');
      if (!placeholder) continue;
      const index = attribute(placeholder, 'idx');
      const type = attribute(placeholder, 'type');
      if (index !== undefined && !byIndex.has(index)) byIndex.set(index, placeOf(shape));
      if (!byType.has(type)) byType.set(type, placeOf(shape));
    }
    const layout = { byIndex, byType };
    this.#layouts.set(part, layout);
    return layout;
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

/** Characters before a run that tell whether its number is raised as in "m²". */
const charactersBefore = 4;

function runsOf(paragraph: XmlElement): string {
  let text = '';
  let end = '';
  for (const run of elementsOf(paragraph)) {
    const added = runText(run, end);
    text += added;
    end = (end + added).slice(-charactersBefore);
  }
  return text;
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

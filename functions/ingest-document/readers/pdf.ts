/** PDF by PDF.js: text in reading order per page, with the outline's headings. */
import { getDocumentProxy } from 'unpdf';
import * as z from 'zod';
import type { Block, Found, Note, Passage, Reading } from '../../../shared/document.ts';
import { RefusedError } from '../../../shared/refusal.ts';
import { cleaned } from '../../../shared/visible-text.ts';
import {
  creationDate,
  listedNames,
  propertyDate,
  visibilityInProperty,
  worthwhileSummary,
  worthwhileTitle,
} from './document-properties.ts';
import { joinWrapped, type KnownWords, writtenWords } from './join-wrapped.ts';
import { pagedReading } from './paged-document.ts';
import { type Fragment, type Layer, layersOf, type TextItem } from './pdf/fragments.ts';
import { type PageText, withoutFurniture } from './pdf/furniture.ts';
import { Leading, paragraphsOf, type SizedBlock } from './pdf/paragraphs.ts';
import { readingOrder } from './pdf/reading-order.ts';
import { isGarbled, partlyDamaged } from './readable-text.ts';
import type { ReadingContext } from './reader.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Entries of an outline that are followed; more is a table of figures or an attack. */
const maxOutlineEntries = 2000;

export async function readPdf(bytes: Uint8Array, { today }: Pick<ReadingContext, 'today'>): Promise<Reading> {
  const opened: PdfDocument[] = [];
  const open = async (strict: boolean) => {
    const document = await openDocument(bytes, strict);
    opened.push(document);
    return document;
  };
  try {
    const strict = await open(true).catch((error) => {
      if (error instanceof RefusedError && error.reason === 'corrupt') return open(false);
      throw error;
    });
    return await readDocument(strict, () => open(false), today);
  } finally {
    for (const document of opened) await document.loadingTask.destroy();
  }
}

/** A strict document throws where a page is damaged; otherwise PDF.js passes over the damage without a word. */
async function openDocument(bytes: Uint8Array, strict: boolean): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      useSystemFonts: false,
      disableFontFace: true,
      useWorkerFetch: false,
      useWasm: false,
      disableRange: true,
      disableStream: true,
      disableAutoFetch: true,
      enableXfa: false,
      stopAtErrors: strict,
      verbosity: 0,
    });
  } catch (error) {
    const encrypted = error instanceof Error && error.name === 'PasswordException';
    throw new RefusedError(encrypted ? 'encrypted' : 'corrupt', { cause: error });
  }
}

async function readDocument(
  document: PdfDocument,
  reopen: () => Promise<PdfDocument>,
  today: string,
): Promise<Reading> {
  const { pages, damaged } = await readPages(document, reopen);
  if (pages.length === 0) throw new RefusedError('corrupt');
  const readable = pages.filter(({ fragments }) => !isGarbled(fragments.map(({ text }) => text).join(' ')));
  const outline = await readOutline(document);
  const laid = withoutFurniture(readable).map((page) => ({ page, lines: readingOrder(page.fragments) }));
  const leading = new Leading();
  for (const { lines } of laid) leading.observe(lines);
  const words = writtenWords(laid.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n'));
  const known = () => words;
  const read = laid.map(({ page, lines }) => ({ page, blocks: paragraphsOf(lines, leading, known) }));
  joinAcrossPages(read, known);
  const passages = read
    .filter(({ page, blocks }) => blocks.length > 0 || outline.has(page.number))
    .map(({ page, blocks }) => passageOf(page.number, blocks, outline));
  if (passages.length === 0) throw new RefusedError('no-text');
  const notes: Note[] = damaged.length + (pages.length - readable.length) > 0 ? [partlyDamaged] : [];
  return pagedReading({
    kind: 'publication',
    found: [...(await readProperties(document, today)), ...titleOnFirstPage(read[0])],
    passages,
    notes,
    today,
  });
}

async function readPages(
  document: PdfDocument,
  reopen: () => Promise<PdfDocument>,
): Promise<{ pages: PageText[]; damaged: number[] }> {
  const pages: PageText[] = [];
  const damaged: number[] = [];
  let lenient: PdfDocument | undefined;
  for (let number = 1; number <= document.numPages; number++) {
    try {
      pages.push(await readPage(document, number));
    } catch {
      damaged.push(number);
      try {
        lenient ??= await reopen();
        pages.push(await readPage(lenient, number));
      } catch {
        // One broken page is no reason to lose the others; the note tells staff.
      }
    }
  }
  return { pages, damaged };
}

async function readPage(document: PdfDocument, number: number): Promise<PageText> {
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const content = await page.getTextContent();
  const items = content.items.filter((item): item is typeof item & TextItem => 'str' in item);
  page.cleanup();
  const [main, ...others] = layersOf(items, viewport);
  if (!main) return { number, height: viewport.height, fragments: [] };
  const onPage = main.fragments.filter((fragment) => isOnPage(fragment, main));
  // Text along the side of a page is read after it, far below, so that it never mixes with the lines.
  const beside = others.flatMap((layer, at) =>
    layer.fragments.map((fragment) => ({ ...fragment, y: fragment.y + (at + 1) * 10 * main.height })),
  );
  return { number, height: main.height, fragments: [...onPage, ...beside] };
}

/** What is printed outside the paper (crop marks, a slug line) is not for readers. */
function isOnPage({ left, right, y }: Fragment, paper: Layer): boolean {
  const edge = 0.02 * paper.height;
  return right >= 0 && left <= paper.width && y >= -edge && y <= paper.height + edge;
}

function passageOf(
  number: number,
  blocks: readonly SizedBlock[],
  outline: ReadonlyMap<number, Entry>,
): Passage {
  const entry = outline.get(number);
  return {
    anchor: { type: 'page', number, heading: entry?.title ?? null },
    level: Math.min(6, entry?.level ?? 1),
    blocks: blocks.map(({ type, text }): Block => ({ type, text })),
  };
}

/** A word broken over two pages is read on the first. */
function joinAcrossPages(read: readonly { blocks: SizedBlock[] }[], known: KnownWords): void {
  read.forEach(({ blocks }, at) => {
    const last = blocks.at(-1);
    const next = read[at + 1]?.blocks[0];
    if (!last || !next || !/\p{L}[-\u2010\u00AD]$/u.test(last.text)) return;
    const [, rest = '', remainder = ''] =
      /^(\p{Ll}[\p{L}\p{M}]*[.,;:!?)”’]*)\s+(.+)$/su.exec(next.text) ?? [];
    if (!rest) return;
    last.text = joinWrapped(last.text, rest, known);
    next.text = remainder;
  });
}

interface Entry {
  title: string;
  level: number;
}

const OutlineItem = z.object({
  title: z.string().catch(''),
  dest: z.unknown(),
  items: z.array(z.unknown()).catch([]),
});
const Destination = z.tuple([z.unknown()], z.unknown());
const PageReference = z.object({ num: z.int(), gen: z.int() });

/** The first heading that the outline places on each page. */
async function readOutline(document: PdfDocument): Promise<Map<number, Entry>> {
  const entries = new Map<number, Entry>();
  let followed = 0;
  const follow = async (items: readonly unknown[], level: number): Promise<void> => {
    for (const item of items) {
      if (++followed > maxOutlineEntries || level > 20) return;
      const parsed = OutlineItem.safeParse(item);
      if (!parsed.success) continue;
      const title = cleaned(parsed.data.title);
      const page = await pageOf(document, parsed.data.dest);
      if (title && !isGarbled(title) && page !== undefined && !entries.has(page))
        entries.set(page, { title, level });
      await follow(parsed.data.items, level + 1);
    }
  };
  try {
    await follow((await document.getOutline()) ?? [], 1);
  } catch {
    // A broken outline costs the headings, not the text.
  }
  return entries;
}

async function pageOf(document: PdfDocument, destination: unknown): Promise<number | undefined> {
  try {
    const explicit =
      typeof destination === 'string' ? await document.getDestination(destination) : destination;
    const target = Destination.parse(explicit)[0];
    if (typeof target === 'number') return target + 1;
    return (await document.getPageIndex(PageReference.parse(target))) + 1;
  } catch {
    return undefined;
  }
}

const text = z.string().optional().catch(undefined);
const Info = z.object({
  Title: text,
  Subject: text,
  Keywords: text,
  CreationDate: text,
  /** What a program, or a person, added to the usual ones. */
  Custom: z.record(z.string(), z.unknown()).catch({}),
});

async function readProperties(document: PdfDocument, today: string): Promise<Found[]> {
  try {
    const { info, metadata } = await document.getMetadata();
    const { Title, Subject, Keywords, CreationDate, Custom } = Info.parse(info);
    const xmp = (name: string): string | undefined => {
      const value: unknown = metadata?.get(name);
      return Array.isArray(value) ? value.join('; ') : text.parse(value);
    };
    const title = worthwhileTitle(Title) ?? worthwhileTitle(xmp('dc:title'));
    const summary = worthwhileSummary(Subject) ?? worthwhileSummary(xmp('dc:description'));
    const keywords = listedNames(Keywords ?? xmp('pdf:keywords') ?? xmp('dc:subject'));
    const publishedOn = propertyDate(xmp('prism:publicationdate') ?? xmp('dc:date'), today);
    const made = creationDate(CreationDate ?? xmp('xmp:createdate'), today);
    const visibility = Object.entries(Custom).flatMap(([name, value]) =>
      visibilityInProperty(name, String(value)),
    );
    const found: Found[] = [
      {
        origin: 'property',
        ...(title && { title }),
        ...(publishedOn && { publishedOn }),
        ...(summary && { summary }),
        ...(keywords.length > 0 && { keywords }),
        ...(visibility.length > 0 && { visibility }),
      },
    ];
    if (made) found.push({ origin: 'derived', publishedOn: made });
    return found;
  } catch {
    return [];
  }
}

/** The largest text on the first page, where it is larger than the rest, is what a reader calls its title. */
function titleOnFirstPage(first: { page: PageText; blocks: readonly SizedBlock[] } | undefined): Found[] {
  if (!first) return [];
  const words = new Map<number, number>();
  for (const {
    size,
    text: { length },
  } of first.blocks) {
    const rounded = Math.round(size);
    words.set(rounded, (words.get(rounded) ?? 0) + length);
  }
  const usual = [...words].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
  const largest = first.blocks.filter(isTitleLike).reduce((most, { size }) => Math.max(most, size), 0);
  const only = first.blocks.length <= 6;
  if (largest < (only ? 1 : 1.15) * usual || largest === 0) return [];
  const at = first.blocks.findIndex((block) => isTitleLike(block) && block.size === largest);
  const run: string[] = [];
  for (const block of first.blocks.slice(at)) {
    if (Math.abs(block.size - largest) > 0.5 || run.join(' ').length + block.text.length > 200) break;
    run.push(block.text);
  }
  const title = worthwhileTitle(run.join(' '));
  return title ? [{ origin: 'heading', title }] : [];
}

const isTitleLike = ({ type, text: { length }, lines }: SizedBlock) =>
  type === 'paragraph' && length <= 200 && lines <= 5;

/**
 * The canonical document: what was read from an upload, in one model for every kind of file.
 * It says what the file said and where, never what staff or the vocabulary made of it.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { Visibility } from './visibility.ts';
import { cleaned, cleanedLines, VisibleText } from './visible-text.ts';

export const Kind = z.enum(['article', 'publication', 'presentation', 'page']);
export type Kind = z.infer<typeof Kind>;

/** Where a value came from, in the order of trust: an earlier one wins over a later one. */
export const Origin = z.enum([
  'staff',
  'object-metadata',
  'sidecar',
  'front-matter',
  'property',
  'text',
  'heading',
  'file-name',
  'derived',
]);
export type Origin = z.infer<typeof Origin>;

/** Characters; a longer title is text that stands where a title should, and would not fit in the catalogue's row. */
export const longestTitle = 1_000;

/** A day, or a month when the source names no day: `2021-04-15`, `2021-04`. */
export const PublicationDate = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/));

/** `number` counts from 1 over the document; `heading` is null for a page or text that has none. */
export const Anchor = z.object({
  type: z.enum(['page', 'slide', 'section']),
  number: z.int().check(z.minimum(1)),
  heading: z.nullable(VisibleText),
});
export type Anchor = z.infer<typeof Anchor>;

/** A piece of text that stands alone: a paragraph, one item of a list, one row of a table, a speaker's note. */
export const Block = z
  .object({ type: z.enum(['paragraph', 'item', 'row', 'note', 'code']), text: z.string() })
  .check(z.refine((block) => block.text !== '' && cleanedBlock(block) === block.text));
export type Block = z.infer<typeof Block>;

/** The text of a block as people see it: in one line, but for code. Empty when nothing of it can be seen. */
export function cleanedBlock({ type, text }: { readonly type: string; readonly text: string }): string {
  return type === 'code' ? cleanedLines(text) : cleaned(text);
}

/** A page, slide or headed section. `level` is the depth of its heading (1 highest), for an outline. */
export const Passage = z.object({
  anchor: Anchor,
  level: z.int().check(z.minimum(1), z.maximum(6)),
  blocks: z.array(Block),
});
export type Passage = z.infer<typeof Passage>;

/**
 * Names that a document lists as its themes, keywords or organisations: `label` is one name as it stands;
 * `line` is several in one text, which only the vocabulary can take apart (a label may hold commas).
 */
export const Listed = z.object({ form: z.enum(['label', 'line']), text: VisibleText });
export type Listed = z.infer<typeof Listed>;

export const Series = z.object({
  label: VisibleText,
  number: z.nullable(z.int().check(z.minimum(0))),
});
export type Series = z.infer<typeof Series>;

/** A field that may set visibility, as it was written; what it means is decided for all of them together. */
export const VisibilityStatement = z.object({ name: z.string(), value: z.string() });
export type VisibilityStatement = z.infer<typeof VisibilityStatement>;

/** What one source (front matter, the text, the file's name …) says of the document as a whole. */
export const Found = z.object({
  origin: Origin,
  title: z.optional(VisibleText),
  publishedOn: z.optional(PublicationDate),
  summary: z.optional(VisibleText),
  sourceUrl: z.optional(z.url({ protocol: /^https?$/ })),
  series: z.optional(Series),
  themes: z.optional(z.array(Listed)),
  keywords: z.optional(z.array(Listed)),
  organisations: z.optional(z.array(Listed)),
  visibility: z.optional(z.array(VisibilityStatement)),
});
export type Found = z.infer<typeof Found>;

/**
 * A line that a reader took out of the text because it tells a date or lists names, which are shown as that field. It is
 * text again where the field has another value (`displaced-text.ts`).
 */
export const MetadataLine = z.object({
  field: z.enum(['publishedOn', 'themes', 'keywords', 'organisations']),
  /** What it tells, a PublicationDate or names; null where it says more than the field can show. */
  value: z.nullable(VisibleText),
  blocks: z.array(Block).check(z.minLength(1)),
});
export type MetadataLine = z.infer<typeof MetadataLine>;

/** What a reader took out of the text; absent where it took nothing. */
const takenOut = {
  /** The heading that the text itself has for a title. */
  headline: z.optional(VisibleText),
  metadataLines: z.optional(z.array(MetadataLine)),
};

/** Something staff should know about an upload that was read all the same, such as a field that was ignored. */
export const Note = z.object({ code: z.string(), message: z.object({ nl: VisibleText, en: VisibleText }) });
export type Note = z.infer<typeof Note>;

/** What a reader makes of one file, before the sources of its metadata are weighed. */
export const Reading = z.object({
  kind: Kind,
  /** ISO 639-1 of the text; null when it was not recognised. */
  language: z.nullable(z.string().check(z.length(2))),
  found: z.array(Found),
  passages: z.array(Passage).check(z.minLength(1)),
  ...takenOut,
  notes: z.array(Note),
});
export type Reading = z.infer<typeof Reading>;

/** A value of a canonical document, with the source that gave it. */
export const sourced = <Schema extends z.ZodMiniType>(value: Schema) => z.object({ value, origin: Origin });

/** The canonical JSON, immutable once written. `schema` changes when its meaning does. */
export const CanonicalDocument = z.object({
  schema: z.literal(1),
  kind: Kind,
  language: z.nullable(z.string().check(z.length(2))),
  title: sourced(VisibleText),
  publishedOn: z.nullable(sourced(PublicationDate)),
  summary: z.nullable(sourced(VisibleText)),
  sourceUrl: z.nullable(sourced(z.url())),
  series: z.nullable(sourced(Series)),
  themes: z.nullable(sourced(z.array(Listed))),
  keywords: z.nullable(sourced(z.array(Listed))),
  organisations: z.nullable(sourced(z.array(Listed))),
  /** What the file itself and its metadata ask for; the place of the upload and staff are not in it. */
  visibility: z.nullable(Visibility),
  /** It is internal only because something that looks like a visibility was not understood. */
  isVisibilityUnclear: z.optional(z.boolean()),
  passages: z.array(Passage).check(z.minLength(1)),
  ...takenOut,
  notes: z.array(Note),
});
export type CanonicalDocument = z.infer<typeof CanonicalDocument>;

/** The title of a document that has none, not even in the name of its file. */
export const untitled = 'Zonder titel';

/** Why an upload was refused; the words that a person reads are in `shared/refusal.ts`. */
export const RefusalReason = z.enum([
  'encrypted',
  'no-text',
  'unsupported-type',
  'corrupt',
  'too-large',
  'too-many-entries',
  'empty',
  'timeout',
  'out-of-memory',
  'crashed',
  'reader-fault',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 26 base32 characters (130 bits) of SHA-256 of the upload's key in NFC: it survives a replacement of the file. */
export function documentId(key: string): string {
  const digest = createHash('sha256').update(key.normalize('NFC')).digest();
  let bits = '';
  for (const byte of digest.subarray(0, 17)) bits += byte.toString(2).padStart(8, '0');
  return Array.from(
    { length: 26 },
    (_, at) => base32[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)],
  ).join('');
}

/**
 * The same key with its letters composed (NFC) and taken apart (NFD): macOS and others write one name either way, and
 * both are one document's. The first that is there counts.
 */
export function spellingsOf(key: string): string[] {
  return [...new Set([key.normalize('NFC'), key, key.normalize('NFD')])];
}

export const DocumentId = z.string().check(z.regex(/^[a-z2-7]{26}$/));

/** How much text it is to whoever has to work through it. */
export function charactersIn(passages: readonly Pick<Passage, 'blocks'>[]): number {
  return passages.reduce(
    (sum, { blocks }) => sum + blocks.reduce((all, { text }) => all + text.length, 0),
    0,
  );
}

/** The text of a passage: paragraphs apart by a blank line, items of a list and rows of a table by a line break. */
export function textOf(passage: Pick<Passage, 'blocks'>): string {
  let text = '';
  let previous: Block | undefined;
  for (const block of passage.blocks) {
    const sameList = previous?.type === block.type && (block.type === 'item' || block.type === 'row');
    if (previous) text += sameList ? '\n' : '\n\n';
    text += block.text;
    previous = block;
  }
  return text;
}

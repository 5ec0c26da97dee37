/**
 * Metadata that comes as named fields (front matter, a sidecar, S3 object metadata): which names mean what, in Dutch and
 * English, and what a value must look like.
 */
import * as z from 'zod';
import {
  type Found,
  Kind,
  type Listed,
  type Note,
  type Origin,
  type Series,
  type VisibilityStatement,
} from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';
import { nameOf } from '../../shared/linking.ts';
import { cleaned, holdsWord } from '../../shared/visible-text.ts';
import { publicationDate } from './publication-date.ts';
import { givenSeries } from './series.ts';
import { isVisibilityName } from './visibility/stated-visibility.ts';
import { unclearVisibility } from './visibility/unclear-visibility.ts';

/** Each field's names without case, accents and signs; an earlier name wins over a later one. */
const namesOf = {
  title: ['title', 'titel'],
  publishedOn: [
    ...['date', 'datum', 'publishedon', 'published', 'datepublished', 'publicationdate', 'pubdate'],
    ...['publicatiedatum', 'gepubliceerd', 'gepubliceerdop', 'geplaatst', 'geplaatstop', 'dateadded'],
  ],
  summary: ['summary', 'samenvatting', 'abstract', 'excerpt', 'description', 'beschrijving', 'omschrijving'],
  sourceUrl: ['url', 'sourceurl', 'canonicalurl', 'canonical', 'permalink', 'link', 'source', 'bron'],
  series: ['series', 'reeks', 'serie'],
  number: ['number', 'nummer', 'nr', 'issue', 'aflevering', 'editie'],
  themes: ['themes', 'themas', 'theme', 'thema'],
  keywords: ['keywords', 'trefwoorden', 'keyword', 'trefwoord', 'tags', 'tag'],
  organisations: [
    ...['organisations', 'organisaties', 'organizations', 'organisation', 'organisatie', 'organization'],
    'conductedby',
  ],
  language: ['language', 'taal', 'lang'],
  kind: ['kind', 'soort'],
} as const satisfies Record<string, readonly string[]>;

const known = new Set<string>(Object.values(namesOf).flat());

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['artikel', 'article'],
  ['publicatie', 'publication'],
  ['presentatie', 'presentation'],
  ['pagina', 'page'],
]);

const languages = new Map([
  ['nederlands', 'nl'],
  ['dutch', 'nl'],
  ['engels', 'en'],
  ['english', 'en'],
]);

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());
const Given = Scalar.refine((value) => value !== '~' && value !== 'null')
  .transform(cleaned)
  .refine((value) => value !== '');
const NamedThing = z
  .record(z.string(), z.unknown())
  .transform((thing) => thing.label ?? thing.name ?? thing.naam ?? thing.title ?? thing.titel)
  .pipe(Given);
const Name = z.union([Given, NamedThing]);
const NumberedThing = z.record(z.string(), z.unknown()).transform((thing) => thing.number ?? thing.nummer);
const SourceUrl = z.url({ protocol: /^https?$/ });
const LanguageTag = z.string().regex(/^[a-z]{2}(?:[-_].*)?$/i);

/** What named fields say, and what staff should know of those that were not understood. */
export interface FieldsRead {
  readonly found: Found;
  readonly kind: Kind | null;
  readonly language: string | null;
  readonly notes: readonly Note[];
}

/**
 * Reads fields by any of their names. What is not known or not understood is left out, with a note; what they say of
 * visibility is given apart, for a name may be there more than once.
 */
export function readFields(
  fields: Readonly<Record<string, unknown>>,
  visibility: readonly VisibilityStatement[],
  origin: Origin,
  today: string,
): FieldsRead {
  const byName = new Map(Object.entries(fields).map(([name, value]) => [foldedWords(name).join(''), value]));
  const unreadable: string[] = [];

  /** The first of a field's names whose value can be read. */
  const read = <Value>(field: keyof typeof namesOf, parse: (value: unknown) => Value | null | undefined) => {
    const present = namesOf[field].filter((name) => !isBlank(byName.get(name)));
    for (const name of present) {
      const value = parse(byName.get(name));
      if (value !== null && value !== undefined) return value;
    }
    if (present[0] !== undefined) unreadable.push(present[0]);
    return undefined;
  };
  const text = (value: unknown) => Given.safeParse(value).data;

  const number = read('number', text);
  const title = read('title', (value) => withLetters(text(value)));
  const publishedOn = read('publishedOn', (value) => publicationDate(text(value) ?? '', today));
  const summary = read('summary', (value) => withLetters(text(value)));
  const sourceUrl = read('sourceUrl', (value) => SourceUrl.safeParse(text(value)).data);
  const series = read('series', (value) => seriesIn(value, number));
  const themes = read('themes', namesIn);
  const keywords = read('keywords', namesIn);
  const organisations = read('organisations', namesIn);
  const found: Found = {
    origin,
    ...(title !== undefined && { title }),
    ...(publishedOn !== undefined && { publishedOn }),
    ...(summary !== undefined && { summary }),
    ...(sourceUrl !== undefined && { sourceUrl }),
    ...(series !== undefined && { series }),
    ...(themes !== undefined && { themes }),
    ...(keywords !== undefined && { keywords }),
    ...(organisations !== undefined && { organisations }),
    ...(visibility.length > 0 && { visibility: [...visibility] }),
  };

  const notes: Note[] = [];
  const isKnown = (name: string) => known.has(foldedWords(name).join('')) || isVisibilityName(name);
  const unknown = Object.keys(fields).filter((name) => !isKnown(name));
  const kind = read('kind', (value) => kindNamed(text(value)?.toLowerCase()));
  const language = read('language', (value) => languageNamed(text(value)?.toLowerCase()));
  if (unknown.length > 0) notes.push(unknownFields(unknown));
  if (unreadable.length > 0) notes.push(unreadableFields(unreadable));
  notes.push(...unclearVisibility(visibility, origin));
  return { found, kind: kind ?? null, language: language ?? null, notes };
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.every(isBlank);
  const scalar = Scalar.safeParse(value);
  return scalar.success && ['', '~', 'null'].includes(scalar.data);
}

function withLetters(text: string | undefined): string | undefined {
  return text !== undefined && holdsWord(text) ? text : undefined;
}

/** Names in a list are each one label; in one text they are a line, which only the vocabulary can take apart. */
function namesIn(value: unknown): Listed[] | undefined {
  const line = Given.safeParse(value);
  const listed = line.success
    ? [{ form: 'line' as const, text: line.data }]
    : (z.array(z.unknown()).safeParse(value).data ?? [value]).flatMap((item) => {
        const name = Name.safeParse(item);
        return name.success ? [{ form: 'label' as const, text: name.data }] : [];
      });
  return listed.length > 0 ? listed : undefined;
}

function seriesIn(value: unknown, number: string | undefined): Series | undefined {
  const label = Name.safeParse(value).data;
  if (label === undefined) return undefined;
  const told = Given.safeParse(NumberedThing.safeParse(value).data).data ?? number;
  const series = givenSeries(label, told);
  return nameOf(series.label) ? series : undefined;
}

function kindNamed(name: string | undefined): Kind | undefined {
  return name === undefined ? undefined : (kinds.get(name) ?? Kind.safeParse(name).data);
}

function languageNamed(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return languages.get(name) ?? LanguageTag.safeParse(name).data?.slice(0, 2);
}

/** Enough to recognise the fields by; a file with thousands of them shall not fill the ledger. */
export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `“${name.slice(0, 40)}”`);
  return names.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

function unknownFields(names: readonly string[]): Note {
  return {
    code: 'unknown-fields',
    message: {
      nl: `Deze velden kent Vindplaats niet en zijn overgeslagen: ${quoted(names)}.`,
      en: `Vindplaats does not know these fields and skipped them: ${quoted(names)}.`,
    },
  };
}

function unreadableFields(names: readonly string[]): Note {
  return {
    code: 'unreadable-fields',
    message: {
      nl: `De waarde van deze velden is niet begrepen en is overgeslagen: ${quoted(names)}.`,
      en: `The value of these fields was not understood and was skipped: ${quoted(names)}.`,
    },
  };
}

/** What programs write into a file's properties, and which of it says something about the document. */
import type { Found, Listed, VisibilityStatement } from '../../../shared/document.ts';
import { cleaned, holdsWord } from '../../../shared/visible-text.ts';
import { publicationDate } from '../publication-date.ts';
import { mayNameVisibility } from '../visibility/stated-visibility.ts';
import { isGarbled } from './readable-text.ts';

const programPrefix =
  /^(microsoft\s+(office\s+)?(word|powerpoint|excel|publisher)|powerpoint|word)\s*[-–:]\s*/i;
const fileName =
  /\.(docx?|docm|dotx?|dotm|odt|ott|rtf|txt|tmp|pdf|pptx?|ppsx?|potx?|odp|xlsx?|indd?|idml|qxp|qxd|pub|pmd|p65|ai|eps|ps|tex|dvi|html?|php|aspx?|pages|key|wpd|cdr|png|jpe?g|tiff?)$/i;
const placeholder = new RegExp(
  `^(${[
    'untitled',
    'naamloos',
    'zonder titel',
    'geen titel',
    'no title',
    'title',
    'titel',
    'document',
    'nieuw document',
    'new document',
    'blank( page)?',
    'doc',
    'presentatie',
    'presentation',
    'powerpoint[- ]?(presentatie|presentation|präsentation)',
    'présentation powerpoint',
    'dia(nummer)?',
    'slide',
    'print',
    'scan(ned document)?',
    'pagina',
    'page',
    'layout',
    'template',
    'sjabloon',
    'map',
    'lege pagina',
    'cover',
    'voorblad',
    'omslag',
    'brief',
    'about:blank',
    'jaar',
    'test',
  ].join('|')})[\\s_#-]*\\(?\\d*\\)?\\.?$`,
  'i',
);

/** A title that someone gave, or undefined for what a program made up: a file name, `Document1`, `untitled`. */
export function worthwhileTitle(text: string | undefined): string | undefined {
  if (!text || isGarbled(text)) return undefined;
  const title = cleaned(text);
  const given = cleaned(title.replace(programPrefix, ''));
  // What a program prints after its own name is the file that was open, so without a space it is a file name.
  if (given !== title && (!given.includes(' ') || fileName.test(given))) return undefined;
  if (given.length < 3 || given.length > 300 || !/\p{L}{2}/u.test(given)) return undefined;
  if (fileName.test(given) || placeholder.test(given)) return undefined;
  const looksLikeName = /[\\/]/.test(given) && !given.includes(' ');
  const hasUnderscores = /_/.test(given) && !/\s/.test(given);
  const isCode = !/\s/.test(given) && /\d/.test(given) && /^[A-Za-z]*[\d.-]+(?:[A-Za-z_]\w*)?$/.test(given);
  const isIdentifier = /^[{(]?[\da-f]{8}-[\da-f]{4}-/i.test(given) || /^[a-z]+:\/\//i.test(given);
  return looksLikeName || hasUnderscores || isCode || isIdentifier ? undefined : given;
}

/** The day in a property (`2021-04-15T…`, `D:20210415…`), or undefined when it names none that can be true. */
export function propertyDate(text: string | undefined, today: string): string | undefined {
  const written = text?.trim() ?? '';
  const match =
    /^(\d{4})-(\d{2})(?:-(\d{2}))?(?=$|[T\s])/.exec(written) ?? /^D:(\d{4})(\d{2})(\d{2})/.exec(written);
  if (!match) return undefined;
  const [, year, month, day] = match;
  return publicationDate([year, month, day].filter(Boolean).join('-'), today) ?? undefined;
}

/** The days on which clocks and libraries begin, which say nothing of a document. */
const epochs = new Set(['1900-01-01', '1904-01-01', '1970-01-01', '1980-01-01', '2000-01-01']);

/**
 * The day a program made the file. A file may be made long before or after what it holds was published, so it counts
 * only where nothing else gives a date.
 */
export function creationDate(text: string | undefined, today: string): string | undefined {
  const date = propertyDate(text, today);
  return date && date.length === 10 && !epochs.has(date) ? date : undefined;
}

/** Keywords as a property lists them: apart at semicolons or line breaks, else one line for the vocabulary to split. */
export function listedNames(text: string | undefined): Listed[] {
  if (!text || isGarbled(text)) return [];
  const names = text
    .split(/[;\n\r]+/)
    .map(cleaned)
    .filter((name) => holdsWord(name) && !fileName.test(name));
  return names.map((name) => ({ form: name.includes(',') ? 'line' : 'label', text: name }));
}

/** A description that someone wrote, not one that a program left. */
export function worthwhileSummary(text: string | undefined): string | undefined {
  if (!text || isGarbled(text)) return undefined;
  const summary = cleaned(text);
  return summary.length >= 20 && summary.includes(' ') ? summary : undefined;
}

/** What an Office or OpenDocument file's properties say, as they stand in it. */
export interface Properties {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly keywords: readonly Listed[];
  readonly created: string | undefined;
  readonly visibility: readonly VisibilityStatement[];
}

/** What a property says of visibility; nothing when its name is for something else. */
export function visibilityInProperty(name: string | undefined, value: string): VisibilityStatement[] {
  return name !== undefined && mayNameVisibility(name) ? [{ name, value }] : [];
}

/** What of a file's properties is worth something. Its creation date is only a last resort, so it counts as derived. */
export function foundInProperties(
  { title, description, keywords, created, visibility }: Properties,
  today: string,
): Found[] {
  const given = worthwhileTitle(title);
  const summary = worthwhileSummary(description);
  const made = creationDate(created, today);
  const said: Found = {
    origin: 'property',
    ...(given && { title: given }),
    ...(summary && { summary }),
    ...(keywords.length > 0 && { keywords: [...keywords] }),
    ...(visibility.length > 0 && { visibility: [...visibility] }),
  };
  return made ? [said, { origin: 'derived', publishedOn: made }] : [said];
}

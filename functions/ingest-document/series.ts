/**
 * The series that a document belongs to, as its title tells it: "Wetenswaardigheden #14", "Nieuwsbrief nr. 3 (2021)",
 * "Zicht op vernieuwing 4". Most numbers in titles count something else, so a number without a sign before it needs a
 * name that can be a series'.
 */
import type { Series } from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';

/** What may follow the number: nothing, or a sign that begins the issue's own title. */
const issueEnds = String.raw`(?=\s*(?:$|[:;,.|(–—]|-\s|\s-))`;

const marked = new RegExp(
  String.raw`^(.*?)[\s,:(–—-]*(?:#|№|(?<![\p{L}\p{N}])(?:nr|no|nummer|number|editie|edition|issue|aflevering|deel|part)\b\.?)\s*(\d{1,4})\)?${issueEnds}`,
  'iu',
);
const bare = new RegExp(String.raw`^(.*?[\p{L})]),?\s+(\d{1,3})${issueEnds}`, 'u');

/** One word that names a periodical by itself: *Nieuwsbrief*, *Zorgkrant*, *Kwartaalbericht*. */
const periodical =
  /(?:brief|krant|blad|bulletin|magazine|bericht(?:en)?|nieuws|journaal|periodiek|update|wetenswaardigheden|newsletter)$/u;

/** Words after which a number counts or measures something, or tells which of a kind, and is no issue's. */
const counts = new Set(
  (
    'de het een in op naar voor met van tot over bij aan om per na uit en of tegen tussen rond sinds vanaf door zonder ' +
    'top ruim bijna nog al minstens slechts circa ongeveer meer minder is was wordt werd worden zijn heeft hebben ' +
    'fase week dag stap hoofdstuk bijlage paragraaf artikel versie variant afdeling groep kamer route formule jaar blok ' +
    'module les thema punt tafel ronde sessie bijeenkomst webinar covid corona niveau kwartaal periode locatie zaal ' +
    'the a an at by for from to of and or under over nearly only phase week day step chapter appendix version group ' +
    'room year module lesson theme table round session level quarter'
  ).split(' '),
);

/** The series in a title; null when its numbers mean something else. */
export function seriesInTitle(title: string): Series | null {
  const text = title.replace(/\s+/g, ' ').trim();
  const byMark = marked.exec(text);
  if (byMark) return seriesOf(byMark[1] ?? '', byMark[2] ?? '');
  const byName = bare.exec(text);
  const words = foldedWords(byName?.[1] ?? '');
  const last = words.at(-1);
  if (!byName || last === undefined || counts.has(last)) return null;
  return words.length > 1 || periodical.test(last) ? seriesOf(byName[1] ?? '', byName[2] ?? '') : null;
}

/** A series that was named as such, with its number behind it or given apart. */
export function givenSeries(name: string, number?: string): Series {
  const label = name.replace(/\s+/g, ' ').trim();
  if (number !== undefined && /^\d{1,6}$/.test(number)) return { label, number: Number(number) };
  const [, before = '', digits = ''] = /^(.*\p{L}.*?)[\s,]+(\d{1,3})$/u.exec(label) ?? [];
  return seriesInTitle(label) ?? seriesOf(before, digits) ?? { label, number: null };
}

function seriesOf(name: string, digits: string): Series | null {
  const label = name
    .replace(/[\s,:;|(–—-]+$/u, '')
    .replace(/[\s,(]+(?:19|20)\d{2}$/, '')
    .trim();
  return /\p{L}{2}/u.test(label) && digits !== '' ? { label, number: Number(digits) } : null;
}

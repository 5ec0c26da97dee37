/**
 * The series that a document belongs to, as its title tells it: "Wetenswaardigheden #14", "Nieuwsbrief nr. 3 (2021)",
 * "Zicht op vernieuwing 4". Most numbers in titles count something else, so a number without a sign before it needs a
 * name that can be a series'.
 */
import { longestTitle, type Series } from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';
import { trimEndOf } from '../../shared/trim-end.ts';

/** A number with a sign before it that says what it is, and behind it nothing, or a sign that begins the issue's own title. */
const marked =
  /(?:#|№|(?<![\p{L}\p{N}])(?:nr|no|nummer|number|editie|edition|issue|aflevering|deel|part)\b\.?) ?(\d{1,4})\)?(?= ?(?:$|[:;,.|(–—]|- | -))/iu;
/** A number behind a word. */
const bare = /([\p{L})]),? (\d{1,3})(?= ?(?:$|[:;,.|(–—]|- | -))/u;

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
  if (title.length > longestTitle) return null;
  const text = singleSpaced(title);
  const byMark = marked.exec(text);
  if (byMark) return seriesOf(text.slice(0, byMark.index), byMark[1] ?? '');
  const byName = bare.exec(text);
  if (!byName) return null;
  const name = text.slice(0, byName.index + (byName[1] ?? '').length);
  const words = foldedWords(name);
  const last = words.at(-1);
  if (last === undefined || counts.has(last)) return null;
  return words.length > 1 || periodical.test(last) ? seriesOf(name, byName[2] ?? '') : null;
}

/** A series that was named as such, with its number behind it or given apart. */
export function givenSeries(name: string, number?: string): Series {
  const label = singleSpaced(name);
  if (number !== undefined && /^\d{1,6}$/.test(number)) return { label, number: Number(number) };
  if (label.length > longestTitle) return { label, number: null };
  const behind = /[ ,](\d{1,3})$/.exec(label);
  const before = behind ? trimEndOf(label.slice(0, behind.index), /[ ,]/) : '';
  return seriesInTitle(label) ?? seriesOf(before, behind?.[1] ?? '') ?? { label, number: null };
}

function seriesOf(name: string, digits: string): Series | null {
  const withYear = trimEndOf(name, /[ ,:;|(–—-]/);
  const year = /[ ,(](?:19|20)\d{2}$/.exec(withYear);
  const label = year ? trimEndOf(withYear.slice(0, year.index), /[ ,(]/) : withYear;
  return /\p{L}{2}/u.test(label) && digits !== '' ? { label: label.trim(), number: Number(digits) } : null;
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Dates of publication as people and programs write them. Only a text that is a date as a whole counts; a number that
 * merely looks like one never does.
 */

/** Dutch and English months by their first letters; a longer word must still be a prefix of the month's full name. */
const months: readonly (readonly string[])[] = [
  ['januari', 'january'],
  ['februari', 'february'],
  ['maart', 'mrt', 'march'],
  ['april'],
  ['mei', 'may'],
  ['juni', 'june'],
  ['juli', 'july'],
  ['augustus', 'august'],
  ['september', 'sept'],
  ['oktober', 'october'],
  ['november'],
  ['december'],
];

const weekday =
  '(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day|ma|di|wo|do|vr|za|zo)[.,]?\\s+';
const time = '(?:,?\\s*(?:om\\s+|at\\s+)?\\d{1,2}[:.]\\d{2}(?::\\d{2})?(?:\\s*(?:uur|u\\.?|hrs))?)?';

const forms: readonly RegExp[] = [
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?$/iu,
  /^(?<year>\d{4})-(?<month>\d{2})$/u,
  new RegExp(
    `^(?:${weekday})?(?<day>\\d{1,2})(?:e|th|st|nd|rd)?\\s+(?<name>\\p{L}{3,9})\\.?,?\\s+(?<year>\\d{4})${time}$`,
    'iu',
  ),
  new RegExp(
    `^(?:${weekday})?(?<day>\\d{1,2})(?<s>[-/.])(?<month>\\d{1,2})\\k<s>(?<year>\\d{4})${time}$`,
    'iu',
  ),
  /^(?<name>\p{L}{3,9})\.?\s+(?<day>\d{1,2})(?:th|st|nd|rd)?,\s+(?<year>\d{4})$/iu,
  /^(?<name>\p{L}{3,9})\.?\s+(?<year>\d{4})$/u,
];

const announced = new RegExp(
  '^(?:geplaatst|gepubliceerd|gepost|verschenen|publicatiedatum|datum(?:\\s+(?:van\\s+)?publicatie)?|' +
    'posted|published|publication\\s+date|date)(?:\\s+(?:op|on|in))?\\s*:?\\s+',
  'iu',
);

/** What may follow the date on its own line: who wrote it, or where it was filed. */
const tail = /^(.{6,60}?)(?: ?[|•·–—] ?|,? (?=(?:door|by) ))(.+)/iu;

/** A letter's heading: `Utrecht, 12 maart 2021`. */
const place = /^(?:\p{Lu}|['‘’]s-)[\p{L}' -]{2,30},\s+(?=(?:\d{1,2}\s+\p{L}))/u;

/** The date that a text is, as `YYYY-MM-DD` or `YYYY-MM`; null for anything else, and for days after `today` or before 1900. */
export function publicationDate(text: string, today: string): string | null {
  const whole = text.replace(/\s+/g, ' ').trim();
  if (whole.length > 60) return null;
  for (const form of forms) {
    const groups = form.exec(whole)?.groups;
    if (groups) return plausibleDate(groups, today);
  }
  return null;
}

/**
 * The date of a line that only tells when a document was published (`Geplaatst op 15 april 2021`, `maart 2021`), and
 * what else stands on that line; null for any other line. `announced` when the line says what its date means.
 */
export function datedLine(
  line: string,
  today: string,
): { readonly date: string; readonly announced: boolean; readonly rest: string | null } | null {
  const text = line.replace(/\s+/g, ' ').trim();
  if (text.length > 120) return null;
  const told = announced.exec(text)?.[0];
  const from = told ? text.slice(told.length) : text.replace(place, '');
  const date = publicationDate(from.replace(/[.|]$/, ''), today);
  if (date) return { date, announced: told !== undefined, rest: null };
  const [, before = '', rest = null] = tail.exec(from) ?? [];
  const dateBefore = publicationDate(before, today);
  return dateBefore === null ? null : { date: dateBefore, announced: told !== undefined, rest };
}

/** `2021-04-15`, whatever the time zone of the machine. */
export function todayInTheNetherlands(now = new Date()): string {
  return calendarInTheNetherlands.format(now);
}

/** Made once, for making one takes as long as reading a small file. */
const calendarInTheNetherlands = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  dateStyle: 'short',
});

function plausibleDate(groups: Readonly<Record<string, string | undefined>>, today: string): string | null {
  const year = Number(groups.year);
  const month = groups.name === undefined ? Number(groups.month) : monthNamed(groups.name);
  const day = groups.day === undefined ? null : Number(groups.day);
  if (year < 1900 || month < 1 || month > 12) return null;
  if (day !== null && (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate())) return null;
  const date = [year, month, ...(day === null ? [] : [day])]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  return date <= today.slice(0, date.length) ? date : null;
}

/** 1 to 12; 0 when the word is no month. */
function monthNamed(name: string): number {
  const asked = name.toLowerCase();
  return months.findIndex((names) => names.some((month) => month.startsWith(asked))) + 1;
}

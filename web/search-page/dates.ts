import type { Language } from './language.ts';

/** `2021-04-15` as "15 april 2021"; `2021-04`, of which the day is not known, as "april 2021". */
export function formatDate(date: string, language: Language): string {
  const known = /^\d{4}-\d{2}(-\d{2})?$/.exec(date);
  const time = known ? Date.parse(known[1] ? date : `${date}-01`) : Number.NaN;
  if (!known || Number.isNaN(time)) return date;
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', {
    ...(known[1] && { day: 'numeric' }),
    month: 'long',
    year: 'numeric',
    // The date is a day, not a moment: no time zone may turn it into its neighbour.
    timeZone: 'UTC',
  }).format(time);
}

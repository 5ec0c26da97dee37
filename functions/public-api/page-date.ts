import type { UiLanguage } from '../../shared/message.ts';

/** `2021-04-15` as "15 april 2021"; `2021-04`, of which the day is not known, as "april 2021". */
export function formatDate(date: string, language: UiLanguage): string {
  const hasDay = date.length > 'YYYY-MM'.length;
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', {
    ...(hasDay && { day: 'numeric' }),
    month: 'long',
    year: 'numeric',
    // The date is a day, not a moment: no time zone may turn it into its neighbour.
    timeZone: 'UTC',
  }).format(new Date(hasDay ? date : `${date}-01`));
}

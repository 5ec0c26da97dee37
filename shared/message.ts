import * as z from 'zod/mini';

/** The languages that Vindplaats speaks to visitors and staff; the first is the default. */
export const UiLanguage = z.enum(['nl', 'en']);
export type UiLanguage = z.infer<typeof UiLanguage>;

/** A sentence for a person, in every language that they may choose. */
export const Message = z.object({ nl: z.string(), en: z.string() });
export type Message = z.infer<typeof Message>;

/** The first language of an `Accept-Language` header that Vindplaats speaks; Dutch when there is none. */
export function languageOf(acceptLanguage: string | undefined): UiLanguage {
  const asked = (acceptLanguage ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { tag, quality: quality ? Number(quality.split('=')[1]) : 1 };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of asked) {
    const known = UiLanguage.safeParse(tag.split('-')[0]);
    if (known.success) return known.data;
  }
  return 'nl';
}

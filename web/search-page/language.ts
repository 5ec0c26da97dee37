/** The page speaks Dutch unless the visitor chose English, and remembers the choice. */

export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

const rememberedAs = 'vindplaats-language';

function languageOf(text: string | null | undefined): Language | undefined {
  return languages.find((language) => language === text?.slice(0, 2).toLowerCase());
}

/** `lang` of the address wins and is remembered; then what was remembered; then Dutch. */
export function chooseLanguage(query: URLSearchParams): Language {
  const asked = languageOf(query.get('lang'));
  if (asked) remember(asked);
  return asked ?? languageOf(remembered()) ?? 'nl';
}

/**
 * What a link to a page that the server makes must carry: nothing when the browser's own languages give the same,
 * because the shorter address is the better one to share.
 */
export function languageForServer(language: Language): Language | null {
  const byBrowser = navigator.languages.map(languageOf).find((known) => known !== undefined) ?? 'nl';
  return byBrowser === language ? null : language;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(rememberedAs);
  } catch {
    // A browser that keeps nothing for us still searches.
    return null;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(rememberedAs, language);
  } catch {
    // The address still says it.
  }
}

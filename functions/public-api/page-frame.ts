/** What every page of the server has: its head, the way to search, and headers that let nothing foreign run. */
import { UiLanguage } from '../../shared/message.ts';
import type { HttpRequest, HttpResponse } from '../middleware/http-messages.ts';
import { type Html, html } from './html.ts';
import { pageTexts } from './page-texts.ts';

/** What the page's address says of the search that the visitor came from. */
const searchParameters = ['q', 'theme', 'keyword', 'organisation', 'kind', 'year', 'series', 'sort', 'page'];

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
};

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%23a3411d'/%3E%3Cpath d='M6 21h20M9 26h14' stroke='%23fff' stroke-width='2.5' stroke-linecap='round'/%3E%3Ccircle cx='16' cy='11' r='5' fill='%23fff'/%3E%3C/svg%3E";

export type PageRequest = Pick<HttpRequest, 'path' | 'query' | 'language'>;

/** `lang` in the address is the visitor's own choice and wins over what the browser prefers. */
export function pageLanguage({ query, language }: PageRequest): UiLanguage {
  return UiLanguage.safeParse(query.get('lang')).data ?? language;
}

/** The search page showing `parameters`, in the language of this page. */
export function searchAddress(request: PageRequest, parameters: URLSearchParams): string {
  const query = new URLSearchParams(parameters);
  const lang = languageToTell(request);
  if (lang) query.set('lang', lang);
  const asked = query.toString();
  return asked ? `/?${asked}` : '/';
}

/** The results that the visitor came from; null when they came from elsewhere. */
export function backAddress(request: PageRequest): string | null {
  const came = [...request.query].filter(([name, value]) => searchParameters.includes(name) && value !== '');
  return came.length > 0 ? searchAddress(request, new URLSearchParams(came)) : null;
}

export interface Page {
  readonly title: string;
  readonly description: string | null;
  readonly main: Html;
}

export function pageResponse(
  status: number,
  { title, description, main }: Page,
  request: PageRequest,
): HttpResponse {
  const language = pageLanguage(request);
  const texts = pageTexts[language];
  const lang = languageToTell(request);
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${title} – Vindplaats</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${description && html`<meta name="description" content="${description}">`}
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/assets/search-page.css">
</head>
<body class="document-page">
<a class="skip-link" href="#main">${texts.skip}</a>
<header class="site-header">
<a class="wordmark" href="${searchAddress(request, new URLSearchParams())}" aria-label="${texts.home}">Vindplaats</a>
<nav class="languages" aria-label="${texts.languages}">
${languageLink('nl', 'Nederlands')}
${languageLink('en', 'English')}
</nav>
</header>
<form class="search-form" role="search" action="/" method="get">
<label for="q">${texts.searchLabel}</label>
<div class="search-field">
<input id="q" name="q" type="search" value="${request.query.get('q') ?? ''}" maxlength="512" autocapitalize="off" enterkeyhint="search">
${lang && html`<input type="hidden" name="lang" value="${lang}">`}
<button class="primary" type="submit">${texts.search}</button>
</div>
</form>
<main id="main">
${main}
</main>
</body>
</html>
`;
  return { status, headers: { ...headers, 'content-language': language }, body: page.toString() };

  function languageLink(to: UiLanguage, name: string): Html {
    const query = new URLSearchParams(request.query);
    query.set('lang', to);
    const current = to === language ? html` aria-current="true"` : null;
    return html`<a href="?${query.toString()}" lang="${to}" hreflang="${to}"${current}>${name}</a>`;
  }
}

/** What the search page must be told: it speaks Dutch by itself, whatever the browser prefers. */
function languageToTell(request: PageRequest): UiLanguage | null {
  const language = pageLanguage(request);
  return language === 'nl' && !request.query.has('lang') ? null : language;
}

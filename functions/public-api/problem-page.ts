/** A problem for a visitor who opened an address in a browser: what happened, and the way to search. */
import type { Message } from '../../shared/message.ts';
import type { HttpResponse } from '../middleware/http-messages.ts';
import { html } from './html.ts';
import { type PageRequest, pageLanguage, pageResponse, searchAddress } from './page-frame.ts';
import { pageTexts } from './page-texts.ts';

export interface PageProblem {
  readonly status: number;
  /** A sentence that says what to do. */
  readonly message: Message;
}

export function problemPage({ status, message }: PageProblem, request: PageRequest): HttpResponse {
  const language = pageLanguage(request);
  const texts = pageTexts[language];
  const title = texts.problemTitles[status] ?? texts.problemTitle;
  const main = html`<div class="panel">
<h1>${title}</h1>
<p>${message[language]}</p>
<ul class="ways"><li><a href="${searchAddress(request, new URLSearchParams())}">${texts.toSearch}</a></li></ul>
</div>`;
  return pageResponse(status, { title, description: null, main }, request);
}

import { expect, test } from 'vitest';
import { documentPage } from '../../functions/public-api/document-page.ts';
import { html } from '../../functions/public-api/html.ts';
import { problemPage } from '../../functions/public-api/problem-page.ts';
import type { ShownDocument } from '../../functions/searching/search-routes.ts';

const hostile = `"><script>alert('&')</script>`;

const plain: ShownDocument = {
  id: 'a'.repeat(26),
  title: 'Nachtzorg',
  titleParts: [['Nachtzorg', false]],
  titleOrigin: 'heading',
  kind: 'article',
  publishedOn: '2021-04-15',
  visibility: 'public',
  summary: null,
  language: 'nl',
  themes: [],
  keywords: [],
  organisations: [],
  series: null,
  upload: 'public/nachtzorg.md',
  sourceUrl: null,
  sameAs: [],
  portion: { number: 1, of: 1 },
  passages: [],
};

const passage = (
  number: number,
  heading: string | null,
  level = 1,
  blocks: ShownDocument['passages'][number]['blocks'] = [],
): ShownDocument['passages'][number] => ({
  anchor: { type: 'section', number, heading },
  level,
  parts: [],
  blocks,
});

function bodyOf(document: Partial<ShownDocument>, query = '', language: 'nl' | 'en' = 'nl'): string {
  const request = { path: '/documents/x', query: new URLSearchParams(query), language };
  return documentPage({ ...plain, ...document }, request).body;
}

test('a template escapes every value that no template made', () => {
  const inner = html`<b title="${hostile}">${hostile}</b>`;
  expect(html`<i>${inner}${[hostile, null, 3]}</i>`.toString()).toBe(
    '<i><b title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</b>' +
      '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;3</i>',
  );
});

test('no field of a document, nor the query, becomes markup', () => {
  const name = { slug: hostile, label: hostile };
  const body = bodyOf(
    {
      title: hostile,
      titleParts: [
        [hostile, false],
        [hostile, true],
      ],
      publishedOn: '2021-04',
      summary: hostile,
      language: hostile,
      themes: [name],
      keywords: [name],
      organisations: [
        { ...name, listed: true },
        { ...name, listed: false },
      ],
      series: { ...name, number: 14 },
      sourceUrl: `https://voorbeeld.nl/${hostile}`,
      passages: [
        passage(
          1,
          hostile,
          1,
          (['paragraph', 'item', 'row', 'note', 'code'] as const).map((type) => ({
            type,
            parts: [
              [hostile, true],
              [` | ${hostile}`, false],
            ],
          })),
        ),
        passage(2, hostile),
        passage(3, hostile),
      ],
    },
    `q=${encodeURIComponent(hostile)}&theme=${encodeURIComponent(hostile)}&lang=${encodeURIComponent(hostile)}`,
  );
  expect(body).not.toContain('<script');
  expect(body).not.toContain('">"');
  expect(body).not.toContain(`'&'`);
});

test('only an address of the web becomes a link to the source', () => {
  expect(bodyOf({ sourceUrl: 'https://www.voorbeeld.nl/a' })).toContain(
    '<a href="https://www.voorbeeld.nl/a" rel="noopener">voorbeeld.nl</a>',
  );
  expect(bodyOf({ sourceUrl: 'javascript:alert(1)' })).not.toContain('javascript:');
  expect(bodyOf({ sourceUrl: 'geen adres' })).not.toContain('Bron');
});

test('nothing foreign may run, and the language is told', () => {
  const request = { path: '/', query: new URLSearchParams('lang=en'), language: 'nl' as const };
  const { headers, body } = documentPage(plain, request);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-language']).toBe('en');
  expect(body).toContain('<html lang="en">');
  expect(body).toContain('15 April 2021');
  expect(bodyOf({ publishedOn: '2021-04' })).toContain('>april 2021</time>');
});

test('headings go one level deeper at a time, whatever the levels of the source', () => {
  const body = bodyOf({
    passages: [
      passage(1, 'Nachtzorg', 1),
      passage(2, 'Eerst', 3),
      passage(3, 'Daaronder', 6),
      passage(4, 'Weer boven', 2),
      passage(5, 'En verder', 3),
    ],
  });
  const headings = [...body.matchAll(/<(h[1-6])[^>]*>([^<]*)<\/h/g)].map(
    ([, level, text]) => `${level} ${text}`,
  );
  expect(headings).toEqual([
    'h1 Nachtzorg',
    'h2 In dit document',
    'h2 Eerst',
    'h3 Daaronder',
    'h2 Weer boven',
    'h3 En verder',
  ]);
  expect(body).toContain('<section id="section-1">');
});

test('an outline appears once it helps, with where the words of the query are', () => {
  const found = [{ type: 'paragraph' as const, parts: [['zorg', true] as const] }];
  const sections = [passage(1, 'Een'), passage(2, 'Twee', 1, found), passage(3, 'Drie')];
  expect(bodyOf({ passages: sections.slice(0, 2) })).not.toContain('class="outline"');
  const body = bodyOf({ passages: sections }, 'q=zorg&organisation=sensire&page=2');
  expect(body).toMatch(/<a href="#section-2">Twee<\/a> <span class="count"><span aria-hidden="true">1</);
  expect(body).toContain('<a href="#first-match">Naar de eerste treffer</a>');
  expect(body.match(/id="first-match"/g)).toHaveLength(1);
  expect(body).toContain(
    '<a href="/?q=zorg&amp;organisation=sensire&amp;page=2">← Terug naar zoekresultaten</a>',
  );
});

test('items become one list, like rows one table, unlike rows lines', () => {
  const block = (type: 'item' | 'row', text: string) => ({ type, parts: [[text, false] as const] });
  const body = bodyOf({
    passages: [
      passage(1, null, 1, [
        block('item', 'een'),
        block('item', 'twee'),
        block('row', 'Huis | Plaatsen'),
        block('row', 'De Linde | 12'),
      ]),
      passage(2, null, 1, [block('row', 'Huis | Plaatsen'), block('row', 'De Linde')]),
    ],
  });
  expect(body).toContain('<ul><li>een</li><li>twee</li></ul>');
  expect(body).toContain('<tr><td>De Linde</td><td>12</td></tr>');
  expect(body).toContain('<li>Huis | Plaatsen</li><li>De Linde</li>');
});

test('a summary that the text begins with is not shown twice', () => {
  const passages = [
    passage(1, null, 1, [{ type: 'paragraph', parts: [['Een lange nacht op de gang.', false]] }]),
  ];
  expect(bodyOf({ passages, summary: 'Een lange nacht …' })).not.toContain('class="summary"');
  expect(bodyOf({ passages, summary: 'Over de nacht.' })).toContain('class="summary"');
});

test('a problem is a page with a way on', () => {
  const request = { path: '/documents/x', query: new URLSearchParams(), language: 'nl' as const };
  const message = { nl: `Dit document is verwijderd. ${hostile}`, en: 'Removed.' };
  const { status, body } = problemPage({ status: 410, message }, request);
  expect(status).toBe(410);
  expect(body).toContain('<h1>Verwijderd</h1>');
  expect(body).toContain('<a href="/">Naar de zoekpagina</a>');
  expect(body).not.toContain('<script');
});

import { expect, test } from 'vitest';
import * as z from 'zod';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { entry, section } from '../search-index/entries.ts';
import { askFunction } from './ask-function.ts';

const Portioned = z.object({
  portion: z.object({
    number: z.number(),
    of: z.number(),
    previous: z.string().nullable(),
    next: z.string().nullable(),
  }),
  passages: z.array(z.object({ url: z.string(), parts: z.array(z.tuple([z.string(), z.boolean()])) })),
});

function asker(shown: IndexEntry) {
  const index = collection(z.custom<Engine>().parse({ document: async () => shown }));
  const ask = askFunction(publicRoutes(index));
  return (query = '', accept = 'application/json') => ask(`/documents/${shown.id}?${query}`, { accept });
}

const paragraphs = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at));

test.each(['application/json', 'text/html'])(
  'a publication of 200,000 words that are all marked is answered as %s, to its last word',
  async (accept) => {
    const words = paragraphs(20_000, () => 'zorg '.repeat(10).trim());
    const ask = asker(entry('lang', { text: [section(null, ...words, 'slotwoord')] }));
    expect((await ask('q=zorg', accept)).status).toBe(200);
    const { status, body } = await ask('q=slotwoord', accept);
    expect(status).toBe(200);
    expect(body).toMatch(/\["slotwoord",true\]|<mark id="first-match">slotwoord<\/mark>/);
  },
);

test.each(['application/json', 'text/html'])(
  'a text in which every letter is a word that is marked is answered as %s',
  async (accept) => {
    const ask = asker(entry('letters', { text: 'a\u0001'.repeat(3_000_000) }));
    expect((await ask('q=a', accept)).status).toBe(200);
  },
);

test('a text of 6.5 MB is read from portion to portion, and nothing of it is missing', async () => {
  const texts = paragraphs(6_500, (at) => `Alinea ${at}. ${'Woorden over zorg. '.repeat(52)}`.trim());
  const ask = asker(
    entry('groot', { text: [section('Begin', ...texts.slice(0, 9)), section('Rest', ...texts.slice(9))] }),
  );
  const read: string[] = [];
  let next: string | null = '?';
  let portions = 0;
  while (next !== null) {
    const { status, body } = await ask(next.split('?')[1]);
    expect(status).toBe(200);
    const { portion, passages } = Portioned.parse(JSON.parse(body));
    read.push(...passages.map(({ parts }) => parts.map(([text]) => text).join('')));
    portions += 1;
    expect(portion).toMatchObject({
      number: portions,
      previous: portions === 1 ? null : expect.stringContaining(`portion=${portions - 1}`),
    });
    next = portion.next;
  }
  expect(portions).toBeGreaterThan(10);
  expect(read.join('\n\n')).toBe(texts.join('\n\n'));
});

test('a long text opens where the question is answered, and leads on with the question', async () => {
  const filler = paragraphs(60, () => 'Niets bijzonders. '.repeat(1_000));
  const long = entry('ver', {
    text: [
      section('Een', ...filler),
      section('Twee', 'Hier staat soep.'),
      section('Drie', ...filler),
      section('Vier', 'Ook soep.'),
    ],
  });
  const ask = asker(long);
  const opened = await ask('q=soep&lang=nl', 'text/html');
  expect(opened.body).toContain('Hier staat <mark id="first-match">soep</mark>');
  expect(opened.body).toMatch(/href="\?q=soep&amp;lang=nl&amp;portion=\d+">Volgend deel/);
  expect((await ask('q=soep&passage=section-4', 'text/html')).body).toContain('Ook <mark');
  expect((await ask('q=soep&portion=1', 'text/html')).body).toContain(
    'Geen treffers voor ‘soep’ in dit deel',
  );
  const { portion, passages } = Portioned.parse(JSON.parse((await ask('q=soep&passage=section-4')).body));
  expect(portion).toEqual({
    number: portion.of,
    of: portion.of,
    previous: `/documents/${long.id}?q=soep&portion=${portion.of - 1}`,
    next: null,
  });
  expect(passages.at(-1)?.url).toBe(`/documents/${long.id}?portion=${portion.of}#section-4`);
});

test('a document that fits says so, and gives its text once', async () => {
  const short = entry('kort', { text: [section('Kop', 'Enige tekst.')] });
  const { body } = await asker(short)('q=tekst');
  expect(JSON.parse(body)).toMatchObject({
    portion: { number: 1, of: 1, previous: null, next: null },
    passages: [
      {
        url: `/documents/${short.id}#section-1`,
        parts: [
          ['Enige ', false],
          ['tekst', true],
          ['.', false],
        ],
      },
    ],
  });
  expect(body.match(/Enige/g)).toHaveLength(1);
  expect((await asker(short)('', 'text/html')).body).not.toContain('class="portions"');
});

test.each([
  ['portion=2', 404],
  ['portion=0', 400],
  ['portion=veel', 400],
  ['passage=veel', 400],
  ['passage=page-7', 200],
])('of a document that fits, %s is answered with %i', async (query, status) => {
  expect((await asker(entry('kort'))(query)).status).toBe(status);
});

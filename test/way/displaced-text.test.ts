/**
 * A title that is a line of the text, and lines that list its themes or tell its date, are shown as metadata. Where staff, a
 * sidecar or another source gives another value, their words are still found, where people look for them.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { collection } from '../../search-index/collection.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { nextRevision } from '../../shared/catalogue/row.ts';
import { Anchor, documentId } from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';
import { askFunction } from './ask-function.ts';
import { smallWay } from './small-way.ts';
import { ending, files, flowing, sentence } from './titled-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-displaced-'));
const way = smallWay();
const index = collection(embeddedEngine(join(folder, 'index.sqlite')));
const ask = askFunction(publicRoutes(index));
let count = 0;

/** Each test looks for its own documents only. */
afterEach(async () => {
  for await (const { id } of index.entries())
    await index.apply([{ type: 'remove', id, revision: nextRevision(undefined), gone: false }]);
});
afterAll(async () => {
  await index.close();
  rmSync(folder, { recursive: true });
});

interface Beside {
  readonly sidecar?: string;
  readonly metadata?: Record<string, string>;
}

/** Uploads a file, with a folder of its own so that its name says nothing, and returns its key. */
async function publish(name: string, content: string | Uint8Array, { sidecar, metadata }: Beside = {}) {
  const key = `public/${++count}/${name}`;
  await way.put(key, content, metadata);
  if (sidecar !== undefined) await way.put(`${key}.meta.yaml`, sidecar);
  await way.ingestWith((bytes) => readUpload({ bytes, key }))(key);
  await show(key);
  return key;
}

async function show(key: string) {
  await way.index(key);
  const entry = way.collections.shown.public.get(documentId(key));
  if (!entry) throw new Error(`${key} is not shown`);
  await index.apply([{ type: 'put', entry }]);
}

async function correct(key: string, patch: unknown) {
  await way.correct(key, patch);
  await show(key);
}

const Answer = z.object({
  hits: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      passages: z.array(z.object({ anchor: Anchor, parts: z.array(z.tuple([z.string(), z.boolean()])) })),
    }),
  ),
});

/** The hit of that document for these words. */
async function hitOf(key: string, q: string) {
  const { body } = await ask(`/search?q=${encodeURIComponent(q)}`);
  return Answer.parse(JSON.parse(body)).hits.find(({ id }) => id === documentId(key));
}

const Document = z.object({
  passages: z.array(
    z.object({
      anchor: Anchor,
      parts: z.array(z.tuple([z.string(), z.boolean()])),
    }),
  ),
});

async function passagesOf(key: string) {
  const { body } = await ask(`/documents/${documentId(key)}`);
  return Document.parse(JSON.parse(body)).passages;
}

/** Where each text of a document stands. */
async function placesOf(key: string) {
  return (await passagesOf(key)).flatMap(({ anchor: { type, number }, parts }) => {
    const text = parts.map(([part]) => part).join('');
    return text === '' ? [] : [`${type}-${number} ${text}`];
  });
}

/** The words that the page of a document shows, its outline left out. */
async function wordsOfPage(key: string) {
  const { body } = await ask(`/documents/${documentId(key)}`, { accept: 'text/html' });
  const article = /<article>[\s\S]*<\/article>/.exec(body)?.[0] ?? '';
  return ` ${foldedWords(article.replace(/<nav[\s\S]*?<\/nav>/g, ' ').replace(/<[^>]+>/g, ' ')).join(' ')} `;
}

const timesOn = (page: string, words: string) => page.split(` ${foldedWords(words).join(' ')} `).length - 1;

const heading = 'Ouderen en eenzaamheid in de wijk';
const other = 'Jaarplan Zonnehof';
const kinds = Object.entries(files);
const flowingKinds = Object.entries(flowing);

/** The heading is found at its passage, the title is the other one, and the page shows both. */
async function expectDisplaced(key: string) {
  const hit = await hitOf(key, 'eenzaamheid');
  expect(hit?.title).toBe(other);
  const [passage] = hit?.passages ?? [];
  // In its own passage it is marked; above text that does not hold the word it stands as that text's heading.
  const isMarked = passage?.parts.some(([text, marked]) => marked && text === 'eenzaamheid');
  expect(isMarked || passage?.anchor.heading === heading).toBe(true);
  expect((await hitOf(key, 'zonnehof'))?.title).toBe(other);
  expect(await hitOf(key, '"ouderen en eenzaamheid"')).toBeDefined();
  const page = await wordsOfPage(key);
  expect([timesOn(page, heading), timesOn(page, other)]).toEqual([1, 1]);
}

describe.each(kinds)('%s', (_, { extension, content }) => {
  const name = `stuk.${extension}`;

  test('is found when staff give another title, and once when they take it back', async () => {
    const key = await publish(name, content(heading));
    const places = await placesOf(key);
    const page = await wordsOfPage(key);
    await correct(key, { title: other });
    await expectDisplaced(key);
    expect(await placesOf(key)).toEqual(places);
    await correct(key, { title: null });
    expect((await hitOf(key, 'eenzaamheid'))?.title).toBe(heading);
    expect(await wordsOfPage(key)).toBe(page);
  });

  test.each([
    ['a sidecar', { sidecar: `title: ${other}\n` }],
    ['object metadata', { metadata: { title: other } }],
  ])('is found when %s gives another title', async (_source, beside) => {
    await expectDisplaced(await publish(name, content(heading), beside));
  });
});

describe.each(kinds.filter(([, { extension }]) => !['md', 'txt'].includes(extension)))(
  '%s',
  (_, { extension, content }) => {
    test('is found when the properties of the file give another title', async () => {
      await expectDisplaced(await publish(`stuk.${extension}`, content(heading, other)));
    });
  },
);

describe.each(flowingKinds)('%s', (_, { extension, content }) => {
  test.each([
    'OUDEREN EN EENZAAMHEID IN DE WIJK',
    'Ouderen én eenzaamheid, in de wijk!',
    `${heading} | Stichting Merel`,
    `Stichting Merel - ${heading}`,
    `${heading} – Nieuws – Stichting Merel`,
  ])('is not shown twice below “%s”', async (title) => {
    const key = await publish(`stuk.${extension}`, content(heading));
    await correct(key, { title });
    expect(timesOn(await wordsOfPage(key), heading)).toBe(
      timesOn(` ${foldedWords(title).join(' ')} `, heading),
    );
    expect((await passagesOf(key)).map(({ anchor }) => anchor.heading)).not.toContain(heading);
    expect((await hitOf(key, 'eenzaamheid'))?.title).toBe(title);
  });
});

test('A heading of Markdown is text when its front matter gives another title', async () => {
  await expectDisplaced(
    await publish('stuk.md', `---\ntitle: ${other}\n---\n\n# ${heading}\n\n${sentence}\n`),
  );
});

test('A Word title above a first heading leaves both to be found', async () => {
  const { content } = files['a Word heading'] ?? {};
  const key = await publish('stuk.docx', content?.(heading, other) ?? '');
  await correct(key, { title: 'Iets anders' });
  expect(await hitOf(key, 'eenzaamheid')).toBeDefined();
  expect(await hitOf(key, 'vervolg')).toBeDefined();
});

test('A heading that is too long for a title is text', async () => {
  const long = `Wijkzorg ${'en dagbesteding '.repeat(80)}`.trim();
  for (const name of ['lang.md', 'lang.html']) {
    const isPage = name.endsWith('html');
    const key = await publish(name, isPage ? `<h1>${long}</h1><p>${ending}</p>` : `# ${long}\n\n${ending}\n`);
    await correct(key, { title: other });
    expect((await hitOf(key, 'wijkzorg'))?.title).toBe(other);
  }
});

test('A heading of a page that stands outside of its article, or resembles the title, is found', async () => {
  const text = `<p>${`${sentence} `.repeat(8)}</p>`.repeat(6);
  const page = (head: string, body: string) =>
    `<!doctype html><html><head>${head}</head><body><nav>Menu</nav>${body}<footer>Voet</footer></body></html>`;
  const outside = await publish(
    'buiten.html',
    page(`<title>${other}</title>`, `<div><h1>${heading}</h1></div><article>${text}</article>`),
  );
  await expectDisplaced(outside);
  const resembling = await publish(
    'gelijkend.html',
    page(
      `<title>Samen wonen in de wijk van Zonnehof aan Zee</title>`,
      `<article><h2>Samen wonen in de wijk van Merelhof aan Zee</h2>${text}<h2>Vervolg</h2>${text}</article>`,
    ),
  );
  expect(await hitOf(resembling, 'merelhof')).toBeDefined();
  expect(await hitOf(resembling, 'zonnehof')).toBeDefined();
});

test('The author of a page is found', async () => {
  const text = `<p>${`${sentence} `.repeat(8)}</p>`.repeat(6);
  const key = await publish(
    'auteur.html',
    `<html><head><title>${other}</title></head><body><nav>Menu</nav><article><h1>${other}</h1><p class="byline">Door Fenna Boswijk</p>${text}</article></body></html>`,
  );
  expect(timesOn(await wordsOfPage(key), 'Fenna Boswijk')).toBe(1);
});

describe('A line that lists keywords', () => {
  const content = `# ${heading}\n\n${sentence}\n\nTrefwoorden: snoezelruimte, valpreventie\n`;

  test('is shown as keywords and not as text', async () => {
    const page = await wordsOfPage(await publish('stuk.md', content));
    expect([timesOn(page, 'snoezelruimte'), timesOn(page, 'valpreventie')]).toEqual([1, 1]);
  });

  test.each([
    ['staff', {}, { keywords: ['Valpreventie'] }],
    ['a sidecar', { sidecar: 'keywords: [Valpreventie]\n' }, null],
    ['object metadata', { metadata: { keywords: 'Valpreventie' } }, null],
  ])('is text where %s give others', async (_, beside, patch) => {
    const key = await publish('stuk.md', content, beside);
    if (patch) await correct(key, patch);
    expect(await hitOf(key, 'snoezelruimte')).toBeDefined();
    expect(await placesOf(key)).toEqual([
      `section-1 ${sentence}\n\nTrefwoorden: snoezelruimte, valpreventie`,
    ]);
  });

  test('is not shown twice where another source gives the same', async () => {
    const key = await publish('stuk.md', content, {
      sidecar: 'keywords: [Valpreventie, Snoezelruimte, Dagbesteding]\n',
    });
    expect(timesOn(await wordsOfPage(key), 'snoezelruimte')).toBe(1);
  });

  test('that names an organisation which staff took off does not bring it back as mentioned', async () => {
    await way.aws.catalogue.addTerms([
      { type: 'organisation', slug: 'merelzorg', label: 'Merelzorg', aliases: [] },
    ]);
    const key = await publish('stuk.md', `# ${heading}\n\n${sentence}\n\nOrganisaties: Merelzorg\n`);
    expect((await ask('/organisations')).body).toContain('Merelzorg');
    await correct(key, { organisations: [] });
    expect(await hitOf(key, 'merelzorg')).toBeDefined();
    expect((await ask('/organisations')).body).not.toContain('Merelzorg');
  });

  test('below a label, with what leads it in, is text in its order', async () => {
    const key = await publish(
      'stuk.md',
      `# ${heading}\n\n${sentence}\n\nMeer over deze thema's:\n\n## Thema's\n\n- Snoezelruimte\n- Valpreventie\n`,
    );
    await correct(key, { themes: ['Iets anders'] });
    expect(await placesOf(key)).toEqual([
      `section-1 ${sentence}\n\nMeer over deze thema's:\n\nThema's\n\nSnoezelruimte\nValpreventie`,
    ]);
  });
});

describe('A line that tells a date', () => {
  const article = (line: string) => `# ${heading}\n\n${line}\n\n${sentence}\n`;

  test('is text where the date is another', async () => {
    const key = await publish('stuk.md', article('Geplaatst op 15 april 2021'));
    expect(await placesOf(key)).toEqual([`section-1 ${sentence}`]);
    await correct(key, { publishedOn: '2020-05' });
    expect(await placesOf(key)).toEqual([`section-1 Geplaatst op 15 april 2021\n\n${sentence}`]);
    await correct(key, { publishedOn: '2021-04-15' });
    expect(await placesOf(key)).toEqual([`section-1 ${sentence}`]);
  });

  test.each(['Harderwijk, 12 maart 2021', 'Geplaatst op 12 maart 2021 | Nieuws uit Harderwijk'])(
    'and more than that is text: “%s”',
    async (line) => {
      const key = await publish('stuk.md', article(line));
      expect(await hitOf(key, 'harderwijk')).toBeDefined();
      expect(await placesOf(key)).toEqual([`section-1 ${line}\n\n${sentence}`]);
      expect((await ask(`/documents/${documentId(key)}`)).body).toContain('"publishedOn":"2021-03-12"');
    },
  );

  test('and an author leaves the author in the text', async () => {
    const key = await publish('stuk.md', article('12 maart 2021, door Fenna Boswijk'));
    expect(await placesOf(key)).toEqual([`section-1 door Fenna Boswijk\n\n${sentence}`]);
    await correct(key, { publishedOn: '2020-05' });
    expect(await placesOf(key)).toEqual([`section-1 12 maart 2021\n\ndoor Fenna Boswijk\n\n${sentence}`]);
  });
});

test.each([
  ['regel.txt', "Thema's: Snoezelruimte\n"],
  ['regel.md', 'Geplaatst op 15 april 2021\n\nTrefwoorden: snoezelruimte\n'],
  ['regel.html', '<p>Trefwoorden: snoezelruimte</p>'],
])('A file of nothing but such lines is a document: %s', async (name, content) => {
  const key = await publish(name, content);
  await correct(key, { themes: [], keywords: [] });
  expect(await hitOf(key, 'snoezelruimte')).toBeDefined();
});

const cases = new URL('../../../shared/cases/reading/', import.meta.url);
const heldBack = ['h1.html', 'h1b.html', 'sjabloon-kop1.docx', 'sjabloon-titel.docx'].map(
  (name) => new URL(name, cases),
);

test.runIf(heldBack.every((file) => existsSync(file)))(
  'The files whose heading was lost are found by it',
  async () => {
    for (const file of heldBack) {
      const name = basename(file.pathname);
      const key = await publish(name, new Uint8Array(readFileSync(file)));
      expect(await hitOf(key, name.endsWith('html') ? 'eenzaamheid' : 'zonnehof'), name).toBeDefined();
    }
  },
);

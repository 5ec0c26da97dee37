/** Visitors cannot be shown what is internal even when the engine's own filtering is broken: it is not there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { byFacet } from '../../search-index/by-facet.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { parseQuery } from '../../search-index/query.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import { documentId } from '../../shared/document.ts';
import type { CollectionName } from '../../shared/visibility.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { FaultPlan } from './faults.ts';
import { FaultyIndex } from './faulty-index.ts';
import { Way } from './way.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-broken-filter-'));
const fileOf = (name: CollectionName) => join(folder, `${name}.sqlite`);

/** Names, titles and text of internal papers begin so, of public ones otherwise. */
const secret = /geheim/i;

const uploads = {
  'public/open.md': '---\nthemes: [Tuinen]\nkeywords: [Bloemen]\n---\n\n# Open tuin\n\nDe tuin is open.\n',
  'internal/begroting.md':
    '---\nthemes: [Geheimthema]\nkeywords: [Geheimwoord]\norganisations: [Geheimhuis]\nseries: {label: Geheimreeks, number: 2}\n---\n\n# Geheimplan\n\nHet geheimbedrag is hoog.\n',
  'public/zegt-intern.md':
    '---\nvisibility: internal\nkeywords: [Geheimbegrip]\n---\n\n# Geheimverslag\n\nGeheimtekst.\n',
  'public/wordt-intern.md': '# Geheimzaak\n\nDit was openbaar en werd geheim.\n',
} as const;

let aws: TestAws;
let index: FaultyIndex;

beforeAll(async () => {
  aws = await startTestAws();
  const weather = { plan: new FaultPlan({ seed: 0, rate: 0 }) };
  const engines = {
    open: (name: CollectionName) => collection(embeddedEngine(fileOf(name))),
    writers: 1,
    wipe: async () => {},
  };
  index = new FaultyIndex(engines, weather);
  const functions = new Way(aws, index, weather).begin(Math.random, () => {});
  for (const [key, text] of Object.entries(uploads)) await functions.put(key, text);
  while ((await functions.work()) > 0);
  await functions.patch('public/wordt-intern.md', { visibility: 'internal' });
  while ((await functions.work()) > 0);
});
afterAll(async () => {
  await index.close();
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that hands out whatever it holds, whatever was asked. */
function unfiltered(engine: Engine): Engine {
  const all = { query: parseQuery(''), filters: byFacet(() => []), offset: 0, size: 100 };
  return {
    ...engine,
    query: (asked, signal) => engine.query({ ...asked, ...all }, signal),
    suggest: (_words, size, signal) => engine.suggest([['']], size, signal),
    resembling: () => engine.resembling({ text: 'geheim', errors: 2, prefix: true }),
  };
}

/** Everything that these routes answer, to everything that could name an internal paper. */
async function answersOf(searchIndex: SearchIndex): Promise<string> {
  const answers: string[] = [];
  const ask = async (path: string, parameters: Record<string, string> = {}, query = '') => {
    const route = publicRoutes(searchIndex).find((one) => one.path === path && one.method === 'GET');
    for (const wantsPage of [false, true]) {
      const request = {
        path,
        parameters,
        query: new URLSearchParams(query),
        subject: 'staff',
        language: 'nl' as const,
        wantsPage,
        isEmpty: true,
        json: () => ({}),
      };
      answers.push(JSON.stringify(await route?.answer(request).catch(String)));
    }
  };
  for (const query of [
    '',
    'q=tuin',
    'q=bedrag',
    'q=g&prefix=true',
    'theme=tuinen',
    'keyword=x&year=2021&kind=article',
  ])
    await ask('/search', {}, `${query}&size=100`);
  for (const q of ['g', 'ge', 'b']) await ask('/suggest', {}, `q=${q}`);
  for (const [list, slug] of [
    ['themes', 'thema'],
    ['keywords', 'woord'],
    ['organisations', 'huis'],
    ['series', 'reeks'],
  ]) {
    await ask(`/${list}`);
    await ask(`/${list}/{slug}`, { slug: `geheim${slug}` });
  }
  for (const key of Object.keys(uploads)) {
    for (const path of ['/documents/{id}', '/documents/{id}/related', '/documents/{id}/original'])
      await ask(path, { id: documentId(key) });
  }
  for (const path of ['/feed.atom', '/feed.json', '/health']) await ask(path);
  return answers.join('\n');
}

test('with broken filters, no public answer holds anything internal', async () => {
  const broken = unfiltered(embeddedEngine(fileOf('public')));
  try {
    const answers = await answersOf(collection(broken));
    expect(answers).toContain('Open tuin');
    expect(answers).not.toMatch(secret);
  } finally {
    await broken.close();
  }
});

test('the same questions do show it where it is: the test above can fail', async () => {
  const broken = unfiltered(embeddedEngine(fileOf('archive')));
  try {
    const answers = await answersOf(collection(broken));
    for (const word of [
      'Geheimthema',
      'Geheimwoord',
      'Geheimreeks',
      'Geheimplan',
      'Geheimtekst',
      'Geheimzaak',
    ])
      expect(answers).toContain(word);
  } finally {
    await broken.close();
  }
});

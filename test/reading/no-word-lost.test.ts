/** Whatever other sources say of a text, each of its words stays in its fields or in its passages. */
import { expect, test } from 'vitest';
import { indexEntry } from '../../functions/index-documents/index-entry.ts';
import type { FoundWithNotes } from '../../functions/ingest-document/object-metadata.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { foldedWords } from '../../shared/fold.ts';
import { between, type Random, randomFrom } from '../bench/random.ts';
import { row } from '../catalogue/row.ts';
import { linkInProcess } from '../link-in-process.ts';
import { read } from './read.ts';

const rounds = 1_000;

/** Lines as articles have them; each `#` becomes a word that stands nowhere else. */
const lines = [
  'Kop #',
  'Verslag van # - Stichting #',
  '# en #: een verkenning',
  'Geplaatst op 15 april 2021',
  'Plaats#, 12 maart 2021',
  '3 juni 2021 door Auteur#',
  '3 juni 2021 | Rubriek#',
  'maart 2021',
  "Thema's: #, #",
  'Trefwoorden: #; #',
  "Meer artikelen over deze thema's:",
  'Trefwoorden:',
  'Organisaties: Stichting #',
  'Tags: Een heel lange naam # van een heel lang #',
  'door Auteur#',
  '# is een woord in een gewone zin, die verder niets bijzonders zegt over wat dan ook.',
  'Kort #.',
  '- #',
  '- Naam #, #',
];

const corrections: readonly Corrections[] = [
  {},
  { title: 'Andere titel' },
  { title: 'Andere titel', publishedOn: '2020-05', themes: ['Anders'], keywords: [], organisations: [] },
  { keywords: ['Anders'] },
  { themes: [] },
];

const sidecars: readonly (readonly FoundWithNotes[])[] = [
  [],
  [{ origin: 'sidecar', title: 'Titel ernaast', keywords: [{ form: 'line', text: 'Dit, Dat' }] }],
  [{ origin: 'sidecar', publishedOn: '2019-01-01', organisations: [{ form: 'label', text: 'Huis' }] }],
];

const isHeading = (line: string) => /^(?:Kop|Verslag)/.test(line);

const kinds: Readonly<Record<string, (lines: readonly string[], random: Random) => string>> = {
  'stuk.txt': (written, random) => written.join(random() < 0.5 ? '\n' : '\n\n'),
  'stuk.md': (written, random) =>
    written
      .map((line) => (isHeading(line) ? `${'#'.repeat(between(random, 1, 3))} ${line}` : line))
      .join('\n\n'),
  'stuk.html': (written, random) => {
    const elements = written.map((line) => {
      const name = isHeading(line) ? `h${between(random, 1, 3)}` : line.startsWith('- ') ? 'li' : 'p';
      return `<${name}>${line}</${name}>`;
    });
    return `<title>Titel van de pagina</title>${elements.join('')}`;
  },
};

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[between(random, 0, items.length - 1)];
  if (item === undefined) throw new Error('There is nothing to pick from');
  return item;
}

test.each(Object.entries(kinds))('No word of %s is lost', async (name, write) => {
  const linking = { link: linkInProcess([]), aliasesOf: () => [] };
  const random = randomFrom(20261130);
  for (let round = 0; round < rounds; round++) {
    const words: string[] = [];
    const newWord = () => {
      words.push(`woord${words.length}x`);
      return `woord${words.length - 1}x`;
    };
    const written = Array.from({ length: between(random, 1, 7) }, () =>
      pick(random, lines).replace(/#/g, newWord),
    );
    if (words.length === 0) continue;
    const key = `public/map/${name}`;
    const content = write(written, random);
    const correction = pick(random, corrections);
    const document = await read(content, key, pick(random, sidecars));
    const entry = await indexEntry(row(key, { corrections: correction }), document, linking);
    const kept = [
      entry.title,
      entry.series?.label ?? '',
      ...[...entry.themes, ...entry.keywords, ...entry.organisations].map(({ label }) => label),
      ...entry.passages.flatMap(({ anchor, blocks }) => [
        anchor.heading ?? '',
        ...blocks.map(({ text }) => text),
      ]),
    ];
    const found = new Set(
      kept.flatMap(foldedWords).map((word) => word.replace(/^(?:plaats|auteur|rubriek)/, '')),
    );
    const lost = words.filter((word) => !found.has(word));
    expect(lost, `${content}\n${JSON.stringify(correction)}`).toEqual([]);
  }
});

/** Names × values × repetitions × notations × kinds of file × Unicode forms × places, through the real readers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readObjectMetadata } from '../../functions/ingest-document/object-metadata.ts';
import { readSidecars } from '../../functions/ingest-document/sidecar-metadata.ts';
import {
  flagNames,
  levelNames,
  levels,
} from '../../functions/ingest-document/visibility/names-and-values.ts';
import { read, today } from './read.ts';

const runs = Number(process.env.VISIBILITY_CASES ?? 1_500);

interface Said {
  readonly name: string;
  readonly value: string;
  /** What is not understood counts as internal. */
  readonly meaning: 'public' | 'internal';
}

/** A letter that is lost, doubled, wrong or swapped, never the first. */
const typingErrors: readonly ((name: string, at: number) => string)[] = [
  (name, at) => name.slice(0, at) + name.slice(at + 1),
  (name, at) => name.slice(0, at) + name.slice(at - 1),
  (name, at) => `${name.slice(0, at)}q${name.slice(at + 1)}`,
  (name, at) => name.slice(0, at - 1) + (name[at] ?? '') + (name[at - 1] ?? '') + name.slice(at + 1),
];

const levelName = fc.constantFrom(...levelNames);
const misspelt = fc
  .tuple(levelName, fc.constantFrom(...typingErrors), fc.nat(30))
  .map(([name, mistake, at]) => mistake(name, 1 + (at % (name.length - 1))))
  .filter((name) => !levelNames.includes(name));

const understood = fc
  .tuple(levelName, fc.constantFrom(...levels))
  .map(([name, [value, meaning]]): Said => ({ name, value, meaning }));
const flagged = fc
  .tuple(fc.constantFrom(...flagNames), fc.constantFrom('true', 'yes', 'ja', 'false', 'no', 'nee'))
  .map(([[name, level], value]): Said => {
    const isYes = ['true', 'yes', 'ja'].includes(value);
    return { name, value, meaning: isYes === (level === 'public') ? 'public' : 'internal' };
  });
const lookAlike = fc
  .tuple(misspelt, fc.constantFrom('public', 'openbaar', 'internal', 'iets'))
  .map(([name, value]): Said => ({ name, value, meaning: 'internal' }));
const unknownValue = fc
  .tuple(levelName, fc.constantFrom('publc', 'beperkt', 'maybe', 'public tot 2030', 'true', '3'))
  .map(([name, value]): Said => ({ name, value, meaning: 'internal' }));
const publicly = understood.filter(({ meaning }) => meaning === 'public');

const fullWidth = (text: string) =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

/** The same words as people and programs write them. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  (text) => fullWidth(text),
  (text) => text.replace(/i/g, 'í').normalize('NFC'),
  (text) => text.replace(/i/g, 'í').normalize('NFD'),
  (text) => `${text.slice(0, 2)}\u00ad${text.slice(2)}`,
  (text) => `${text.slice(0, 3)}\u200b${text.slice(3)}`,
  (text) => `${text}\u00a0`,
];
const spelling = fc.constantFrom(...spellings);
const spelled = (said: fc.Arbitrary<Said>) =>
  fc.tuple(said, spelling, spelling).map(
    ([{ name, value, meaning }, ofName, ofValue]): Said => ({
      name: ofName(name),
      value: ofValue(value),
      meaning,
    }),
  );

const quotes = ['', '"', "'"] as const;
const yaml = ({ name, value }: Said, quote = '') => `${name}: ${quote}${value}${quote}`;
const lines = (said: readonly Said[], quote = '') => said.map((one) => yaml(one, quote)).join('\n');
const indented = (text: string) => text.replace(/^/gm, '  ');
const json = (said: readonly Said[]) =>
  `{ "title": "x", ${said.map(({ name, value }) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(', ')} }`;
const toml = (said: readonly Said[]) => said.map(({ name, value }) => `"${name}" = "${value}"`).join('\n');

type Notation = (said: readonly Said[], quote: string) => string;

const blocks: readonly Notation[] = [
  (said, quote) => `---\n${lines(said, quote)}\n---\n`,
  (said, quote) => `---\ntitle: x\n${lines(said, quote)}\n...\n`,
  (said, quote) => `---\n# velden\n\n${lines(said, quote)}\n---\n`,
  (said, quote) => `----\n${lines(said, quote)}\n----\n`,
  (said, quote) => `--- \r\n${lines(said, quote).replaceAll('\n', '\r\n')}\r\n---\r\n`,
  (said, quote) => `---\nmeta:\n${indented(lines(said, quote))}\n---\n`,
  (said, quote) => `---\nmeta:\n  - a: 1\n${said.map((one) => `  - ${yaml(one, quote)}`).join('\n')}\n---\n`,
  (said, quote) => `---\ntitle: x\n---\n\n---\n${lines(said, quote)}\n---\n`,
  (said, quote) => `---\ntitle: x\n---\n${lines(said, quote)}\n---\n`,
  (said, quote) => said.map((one) => `---\n${yaml(one, quote)}\n---\n`).join(''),
  (said, quote) => `---\n${lines(said, quote)}\n`,
  (said, quote) => `---\n{ ${said.map((one) => yaml(one, quote || '"')).join(', ')} }\n---\n`,
  (said) => `+++\n${toml(said)}\n+++\n`,
  (said) => `+++\n[meta]\n${toml(said)}\n+++\n`,
  (said) => `;;;\n${json(said)}\n;;;\n`,
  (said) => `${json(said)}\n`,
  (said, quote) => `<!--\n${lines(said, quote)}\n-->\n`,
  (said, quote) => `${lines(said, quote)}\n`,
];

const above = fc.constantFrom('', '\n', '\ufeff', '\n \n\n', '<!-- sjabloon -->\n', '\u200b\n');

/** Text that speaks of visibility, where text stands. */
const speaking = fc.constantFrom(
  'Wij schrijven visibility: internal boven elk stuk.',
  'visibility: internal',
  '- zichtbaarheid: intern',
  '```\nvisibility: internal\n```',
  '# Zichtbaarheid: intern',
  '---\n\nzichtbaarheid: intern\n\n---',
  '> visibility: internal',
  '<!-- visibility: internal -->',
);
const body = fc
  .array(speaking, { maxLength: 3 })
  .map((texts) =>
    ['', 'Wij eten elke dinsdag samen in de hal.', ...texts, 'En op woensdag.', ''].join('\n\n'),
  );

const page = (top: string, head: string, text: string) =>
  `${top}<!doctype html><html><head><title>Eten</title>${head}</head><body><p>${text.replace(/<!--.*?-->/g, '').replaceAll('<', '&lt;')}</p></body></html>`;
const metaOf = (said: readonly Said[]) =>
  said.map(({ name, value }) => `<meta name="${name}" content="${value}">`).join('');

/** An upload with all that is said in one place of it, as a whole way in which it may be put. */
type Place = (
  said: readonly Said[],
  top: string,
  quote: string,
  text: string,
) => Promise<{ visibility: string | null }>;

const inText =
  (key: string, notation: Notation): Place =>
  (said, top, quote, text) =>
    read(top + notation(said, quote) + text, key);

const places: readonly Place[] = [
  ...['public/stuk.md', 'public/stuk.txt', 'public/stuk'].flatMap((key) =>
    blocks.map((block) => inText(key, block)),
  ),
  ...blocks.map(
    (block): Place =>
      (said, top, quote, text) =>
        read(page(top + block(said, quote), '', text), 'public/stuk.html'),
  ),
  (said, _, __, text) => read(page('', metaOf(said), text), 'public/stuk.html'),
  (said, _, quote, text) => read(text, 'public/stuk.md', sidecarsOf([lines(said, quote)])),
  (said, _, quote, text) =>
    read(text, 'public/stuk.md', sidecarsOf([`---\ntitle: x\n---\n${lines(said, quote)}\n`])),
  (said, _, __, text) => read(text, 'public/stuk.md', sidecarsOf([json(said)])),
  (said, _, quote, text) => read(text, 'public/stuk.md', sidecarsOf(said.map((one) => yaml(one, quote)))),
  (said, _, __, text) => read(text, 'public/stuk.md', said.map(metadataOf)),
];

const metadataOf = ({ name, value }: Said) => readObjectMetadata({ [name]: value }, today);

function sidecarsOf(texts: readonly string[]) {
  const encode = (text: string) => new TextEncoder().encode(text);
  return readSidecars(
    texts.map((text, at) => ({ key: `public/stuk.md.meta.y${'a'.repeat(at % 2)}ml`, bytes: encode(text) })),
    today,
  );
}

const upload = fc.record({
  place: fc.constantFrom(...places),
  top: above,
  quote: fc.constantFrom(...quotes),
  text: body,
});

test('whatever says internal, or looks as if, makes the document internal, whatever else is said', async () => {
  const others = fc.array(spelled(fc.oneof(understood, flagged)), { maxLength: 3 });
  const decisive = spelled(fc.oneof(understood, flagged, lookAlike, unknownValue)).filter(
    ({ meaning }) => meaning === 'internal',
  );
  await fc.assert(
    fc.asyncProperty(
      upload,
      decisive,
      others,
      fc.nat(3),
      async ({ place, top, quote, text }, said, more, at) => {
        const all = more.toSpliced(Math.min(at, more.length), 0, said);
        expect((await place(all, top, quote, text)).visibility).toBe('internal');
      },
    ),
    { numRuns: runs },
  );
});

test('what says public alone is public, and text that speaks of visibility is not heard', async () => {
  const all = fc.array(spelled(publicly), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(upload, all, async ({ place, top, quote, text }, said) => {
      expect((await place(said, top, quote, text)).visibility).toBe('public');
    }),
    { numRuns: runs },
  );
});

test('what says nothing of visibility says nothing, whatever its text speaks of', async () => {
  const fields = fc.subarray(
    [
      { name: 'title', value: 'Aan tafel', meaning: 'public' },
      { name: 'keywords', value: 'internal', meaning: 'public' },
      { name: 'toegang', value: 'gratis', meaning: 'public' },
      { name: 'afdeling', value: 'intern', meaning: 'public' },
    ] satisfies Said[],
    { minLength: 1 },
  );
  await fc.assert(
    fc.asyncProperty(upload, fields, async ({ place, top, quote, text }, said) => {
      expect((await place(said, top, quote, text)).visibility).toBeNull();
    }),
    { numRuns: runs },
  );
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isolatedReader } from '../../functions/ingest-document/reading/isolated-reader.ts';
import { RefusalReason } from '../../shared/document.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { holdsWord } from '../../shared/visible-text.ts';
import { documentIn, fixture } from './read.ts';
import { forgeZip } from './zip-forgery.ts';

/** `FUZZ_CASES=200000 npx vitest run test/reading-files/fuzz.test.ts` for a long run; `FUZZ_SEED` repeats one. */
const cases = Number(process.env.FUZZ_CASES ?? 2_500);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

const names = [
  ...readdirSync(join(import.meta.dirname, '../fixtures')).filter((name) =>
    /\.(pdf|docx|pptx|odt|odp|html)$/.test(name),
  ),
  'source/artikel.html',
  'source/verslag.md',
];
const originals = new Map(names.map((name) => [name, fixture(name)]));

/** Signs that show nothing, turn the text, separate, belong to another sign, or are none. */
const oddSigns = [
  ...['\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4', '\u180b', '\u180e', '\u3164', '\uffa0'],
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\u200e',
    '\u200f',
    '\u202a',
    '\u202e',
    '\u2060',
    '\u2066',
    '\u2069',
    '\ufeff',
  ],
  ...[
    '\ufe00',
    '\ufe0f',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e0100}',
    '\ufff9',
    '\ufffc',
    '\ufffd',
    '\uffff',
    '\ue000',
  ],
  ...[
    '\u2800',
    '\u{1d159}',
    '\u{13441}',
    '\u00a0',
    '\u1680',
    '\u2003',
    '\u3000',
    '\u0085',
    '\u2028',
    '\u2029',
    '\v',
    '\f',
  ],
  ...[
    '\0',
    '\u0007',
    '\u001b',
    '\u009f',
    '\ud800',
    '\udfff',
    '\u0301',
    '\u0338',
    '\u20e3',
    '\u094d',
    '\u1161',
  ],
  ...[
    '👩\u200d🚒',
    '❤\ufe0f',
    '\u{1f3fd}',
    'می\u200cخ',
    'क',
    '\u{20000}',
    '\u2194',
    '\n',
    ' ',
    '- ',
    '# ',
    '| ',
  ],
] as const;

/** Text kinds with every place that their texts can come from, to be filled in. */
const texts: readonly (readonly [key: string, make: (text: () => string) => string | Uint8Array])[] = [
  [
    'a.txt',
    (t) =>
      `${t()}\n\n${t()}een tekst${t()}\n\n- ${t()}\n- punt\n\n1. ${t()}\n\nThema's: ${t()}, ${t()}\n\n${t()}\t${t()}\n`,
  ],
  [
    'a.md',
    (t) =>
      `---\ntitle: "${t()}"\nsummary: ${t()}\nseries: ${t()} ${t()}\nnumber: ${t()}\nthemes: ["${t()}", "${t()}"]\nkeywords: ${t()}, ${t()}\norganisations: ${t()}\nurl: https://voorbeeld.nl/${t()}\n${t()}: x\n---\n# ${t()}\n\n${t()}een tekst${t()}\n\n## ${t()}\n\n- ${t()}\n\n| ${t()} | ${t()} |\n|---|---|\n| ${t()} | ${t()} |\n\n\`\`\`\n${t()}\n  ${t()}\n\`\`\`\n\n![${t()}](x.png)\n\ntekst[^1]\n\n[^1]: ${t()}\n\n<div>${t()}</div>\n`,
  ],
  [
    'a.html',
    (t) =>
      `<!doctype html><html lang="nl"><meta charset="utf-8"><title>${t()}</title><meta name="description" content="${t()}"><meta name="keywords" content="${t()},${t()}"><meta property="og:title" content="${t()}"><body><h1>${t()}</h1><p>${t()}een tekst${t()}</p><h2>${t()}&shy;</h2><ul><li>${t()}</li><li>&shy;&#8203;</li></ul><table><tr><td>${t()}</td><td>${t()}</td></tr><tr><td>${t()}</td><td>${t()}</td></tr></table><pre>${t()}\n  ${t()}</pre></body></html>`,
  ],
  [
    'a.docx',
    (t) => {
      const p = (text: string, style = '') =>
        `<w:p>${style}<w:r><w:t>${text}</w:t></w:r><w:r><w:t>${t()}</w:t></w:r></w:p>`;
      const heading = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>';
      return forgeZip([
        {
          name: 'word/document.xml',
          content: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${p(t(), heading)}${p(t())}${p('een tekst')}${p(t(), heading)}<w:tbl><w:tr><w:tc>${p(t())}</w:tc><w:tc>${p(t())}</w:tc></w:tr></w:tbl></w:body></w:document>`,
        },
        {
          name: 'docProps/core.xml',
          content: `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${t()}</dc:title><dc:description>${t()} ${t()}</dc:description><cp:keywords>${t()};${t()}</cp:keywords></cp:coreProperties>`,
        },
      ]);
    },
  ],
];

const faults: string[] = [];
const reader = isolatedReader({
  concurrency: 2,
  limits: { processorMs: 10_000 },
});
afterAll(() => reader.close());

test(
  `damaged files are read or refused, never anything else (seed ${seed})`,
  async () => {
    const ends = new Map<string, number>();
    const queue = Array.from({ length: cases }, (_, at) => at);
    await Promise.all(
      [1, 2].map(async () => {
        for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
          const random = randomNumbers(seed + at);
          const { bytes, key } = fileOf(at, random);
          const end = await endOf(bytes, `${at}-${key}`, random);
          ends.set(end, (ends.get(end) ?? 0) + 1);
        }
      }),
    );
    const known = new Set<string>(['read', ...RefusalReason.options]);
    expect({ faults, others: [...ends.keys()].filter((end) => !known.has(end)) }).toEqual({
      faults: [],
      others: [],
    });
    // Neither hangs nor bloats: a damaged small file is no reason for either.
    expect(Object.fromEntries(ends)).not.toHaveProperty('timeout');
    expect(ends.get('read') ?? 0).toBeGreaterThan(0);
  },
  600_000 + cases * 50,
);

test.each(names)(
  '%s cut off anywhere is read or refused',
  async (name) => {
    const whole = originals.get(name) ?? new Uint8Array();
    for (let part = 0; part < 24; part++) {
      const cut = whole.slice(0, Math.floor((whole.length * part) / 24));
      expect(['read', ...RefusalReason.options]).toContain(await endOf(cut, name.replace('source/', '')));
    }
    expect(faults).toEqual([]);
  },
  60_000,
);

/** Every other file is a text with odd signs, and of those every other one is damaged as well. */
function fileOf(at: number, random: Random): { readonly bytes: Uint8Array; readonly key: string } {
  const half = Math.floor(at / 2);
  if (at % 2 === 0) {
    const name = names[half % names.length] ?? '';
    return {
      bytes: mutate(originals.get(name) ?? new Uint8Array(), random),
      key: name.replace('source/', ''),
    };
  }
  const [key, make] = texts[half % texts.length] ?? ['a.txt', () => ''];
  const made = make(() => oddText(random));
  const bytes = typeof made === 'string' ? new TextEncoder().encode(made) : made;
  return { bytes: random(2) === 0 ? bytes : mutate(bytes, random), key };
}

/** Odd signs, some with letters between them. */
function oddText(random: Random): string {
  const pieces = Array.from({ length: random(5) }, () => oddSigns[random(oddSigns.length)] ?? '');
  return random(3) === 0 ? pieces.join('zorg é') : pieces.join('');
}

/** How the file ends, with metadata of odd signs; `against the schema` for what no document may be. */
async function endOf(bytes: Uint8Array, key: string, random: Random = () => 0): Promise<string> {
  try {
    const odd = () => oddText(random);
    const metadata = {
      title: odd(),
      themes: `${odd()}, ${odd()}`,
      keywords: odd(),
      series: odd(),
      url: odd(),
      [odd()]: odd(),
    };
    const sidecar = `title: ${odd()}\nthemes: ["${odd()}"]\n${odd()}: ${odd()}\n`;
    const name = `public/${odd()}${key}`;
    const file = { key: name, contentType: null, bytes, metadata };
    const sidecars = [{ key: `${name}.meta.yaml`, bytes: new TextEncoder().encode(sidecar) }];
    // The reader itself holds the document against the schema, and calls one that breaks it a fault.
    const { passages } = documentIn(await reader.read({ ...file, sidecars }));
    const text = passages
      .flatMap(({ anchor, blocks }) => [anchor.heading, ...blocks.map((block) => block.text)])
      .join('');
    if (!holdsWord(text)) return 'empty reading';
    const garbage = text.match(/[\p{Cc}\p{Co}\p{Cn}\uFFFD]/gu)?.length ?? 0;
    return garbage > 0.3 * text.length ? 'garbage' : 'read';
  } catch (error) {
    if (!(error instanceof RefusedError)) return String(error);
    if (error.reason === 'reader-fault') faults.push(`${key}: ${error.cause}`);
    return error.reason;
  }
}

type Random = (below: number) => number;

/** A small generator (mulberry32), so that a seed names a case. */
function randomNumbers(start: number): Random {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes flipped, overwritten, cut out, doubled, moved, or numbers made extreme. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let count = 1 + random(random(4) === 0 ? 60 : 6); count > 0; count--) {
    const at = random(Math.max(1, bytes.length));
    const length = 1 + random(random(3) === 0 ? 400 : 8);
    switch (random(7)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
        break;
      case 4:
        bytes.copyWithin(at, random(bytes.length), random(bytes.length));
        break;
      case 5:
        bytes.fill([0, 0xff, 0x20, 0x3c][random(4)] ?? 0, at, at + length);
        break;
      case 6:
        for (let digit = at; digit < at + 2_000 && digit < bytes.length; digit++) {
          const value = bytes[digit] ?? 0;
          if (value >= 0x30 && value <= 0x39) {
            bytes[digit] = 0x39;
            if (random(3) > 0) break;
          }
        }
        break;
    }
  }
  return bytes;
}

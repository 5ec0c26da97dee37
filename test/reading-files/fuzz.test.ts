import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isolatedReader } from '../../functions/ingest-document/reading/isolated-reader.ts';
import { RefusalReason } from '../../shared/document.ts';
import { RefusedError } from '../../shared/refusal.ts';
import { documentIn, fileToRead, fixture } from './read.ts';

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
          const name = names[at % names.length] ?? '';
          const bytes = mutate(originals.get(name) ?? new Uint8Array(), random);
          const end = await endOf(bytes, `${at}-${name.replace('source/', '')}`);
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

async function endOf(bytes: Uint8Array, key: string): Promise<string> {
  try {
    const { passages } = documentIn(await reader.read(fileToRead(bytes, key)));
    const text = passages.flatMap(({ blocks }) => blocks.map((block) => block.text)).join('');
    if (!/[\p{L}\p{N}]/u.test(text)) return 'empty reading';
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

/** Files that end what reads them: two times, and they are refused. What is not their fault is not held against them. */
import { describe, expect, test, vi } from 'vitest';
import { longestIngestMs } from '../../functions/ingest-document/reading/reading-limits.ts';
import { ReadingTurns } from '../../functions/ingest-document/reading/reading-turns.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { compareAll } from '../../functions/reconcile-index/compare.ts';
import { ledgerEntry } from '../../functions/staff-api/ledger.ts';
import { redrive } from '../../functions/staff-api/redrive.ts';
import { prepareCatalogue } from '../../local/prepare-catalogue.ts';
import type { RefusalReason } from '../../shared/document.ts';
import { ReaderFailedError } from '../../shared/refusal.ts';
import { read as readText, smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, ingest, ingestWith, index, row } = way;

const hour = 60 * 60_000;
const later = (milliseconds: number) => () => new Date(Date.now() + milliseconds);

/** A reader that dies at these files so many times, and reads them after that. */
function dying(reason: RefusalReason, times: number) {
  return vi.fn(async (bytes: Uint8Array) => {
    if (reads.mock.calls.length <= times) throw new ReaderFailedError(reason);
    return readText(bytes);
  });
}
let reads: ReturnType<typeof dying>;
const diesOf = (reason: RefusalReason, times: number) => {
  reads = dying(reason, times);
  return reads;
};
const alwaysDies = (reason: RefusalReason) => diesOf(reason, Number.POSITIVE_INFINITY);

/** What its process leaves behind that is killed while it reads: the row, as it was then. */
async function leaveInHand(key: string, at = () => new Date()): Promise<void> {
  const { catalogue } = way.aws;
  const write = vi.spyOn(catalogue, 'write');
  const mark = vi.spyOn(catalogue, 'markAttempt');
  const stopped = new Error('The process is gone');
  const killed = ingestWith(async () => {
    write.mockRejectedValue(stopped);
    mark.mockRejectedValue(stopped);
    return readText(new TextEncoder().encode('weg'));
  }, at)(key);
  await expect(killed).rejects.toThrow(stopped);
  write.mockRestore();
  mark.mockRestore();
}

describe('While it is read', () => {
  test('a new upload is received, in hand, internal, and nothing is to be shown of it', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(async (bytes) => {
      const { state, attempt, visibility, pendingSince } = await row(key);
      expect({ state, visibility, pendingSince }).toEqual({ state: 'received', visibility: 'internal' });
      expect(attempt).toMatchObject({ deaths: 0, isAlone: false, inHandSince: expect.any(String) });
      return readText(bytes);
    })(key);
    expect(await row(key)).toMatchObject({ state: 'kept', visibility: 'public' });
    expect((await row(key)).attempt).toBeUndefined();
  });

  test('a known upload shows what it showed', async () => {
    const key = newKey();
    await put(key, 'De eerste tekst');
    await ingest(key);
    await index(key);
    const before = await row(key);
    await put(key, 'De tweede tekst');
    await ingestWith(async (bytes) => {
      const { attempt, ...during } = await row(key);
      expect(during).toEqual(before);
      expect(attempt?.inHandSince).toBeDefined();
      return readText(bytes);
    })(key);
    expect((await row(key)).attempt).toBeUndefined();
  });

  test('it may be deleted, and is gone', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(async (bytes) => {
      await way.remove(key);
      await ingest(key);
      return readText(bytes);
    })(key);
    expect(await row(key)).toMatchObject({ state: 'removed', document: null });
  });

  test('a fault of another part is not held against it', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    const keep = vi.spyOn(way.aws.documents, 'keep').mockRejectedValue(new Error('The bucket is away'));
    for (let tried = 0; tried < 5; tried++) await expect(ingest(key)).rejects.toThrow('The bucket is away');
    expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: false });
    expect((await row(key)).attempt?.inHandSince).toBeUndefined();
    keep.mockRestore();
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });
});

describe.each(['crashed', 'out-of-memory'] as const)('A file whose reader ends: %s', (reason) => {
  test('is read once more at once, and kept when that goes well', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(diesOf(reason, 1))(key);
    expect(reads).toHaveBeenCalledTimes(2);
    expect(await row(key)).toMatchObject({ state: 'kept' });
    expect((await row(key)).attempt).toBeUndefined();
  });

  test('is refused at the second time, and read by nobody any more until there is another version', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(alwaysDies(reason))(key);
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: reason });
    await ingestWith(reads, later(25 * hour))(key);
    expect(reads).toHaveBeenCalledTimes(2);
    expect(ledgerEntry(await row(key), 'nl').refusal).toMatchObject({ reason, retryAt: null });
    await put(key, 'Een andere tekst');
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });

  test('is read again when staff ask for it', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(alwaysDies(reason))(key);
    await redriveAll();
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept', refusal: null });
  });
});

describe('A file whose reader ran out of time', () => {
  const compare = async (clock: () => Date) => {
    const looks = { send: vi.fn(async (_events: readonly unknown[]) => undefined) };
    const uploads = new Uploads(way.aws.s3, way.aws.bucket);
    await compareAll(
      { ...way.aws, uploads, looks, index: way.collections.index, now: clock },
      () => undefined,
    );
    return JSON.stringify(looks.send.mock.calls);
  };

  test('is refused, and read once more after an hour, by itself', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    const reader = diesOf('timeout', 1);
    await ingestWith(reader)(key);
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: 'timeout' });
    const { retryAt } = ledgerEntry(await row(key), 'nl').refusal ?? {};
    expect(Date.parse(retryAt ?? '') - Date.now()).toBeGreaterThan(hour - 60_000);
    await ingestWith(reader, later(hour - 60_000))(key);
    expect(reader).toHaveBeenCalledTimes(1);
    expect(await compare(later(hour - 60_000))).not.toContain(key);
    expect(await compare(later(hour))).toContain(key);
    await ingestWith(reader, later(hour))(key);
    expect(await row(key)).toMatchObject({ state: 'kept', refusal: null });
    expect((await row(key)).attempt).toBeUndefined();
  });

  test('twice is refused until staff ask for it', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    const reader = alwaysDies('timeout');
    await ingestWith(reader)(key);
    await ingestWith(reader, later(hour))(key);
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: 'timeout' });
    await ingestWith(reader, later(25 * hour))(key);
    expect(reader).toHaveBeenCalledTimes(2);
    expect(await compare(later(25 * hour))).not.toContain(key);
    await redriveAll();
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });

  test('is still read once more when it was killed at that', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await ingestWith(diesOf('timeout', 1))(key);
    await leaveInHand(key, later(hour));
    await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: false });
    expect(await compare(later(hour))).toContain(key);
    await ingestWith(readText, later(hour))(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });
});

describe('A file that was in hand when its process died', () => {
  const longAfter = later(longestIngestMs + 1_000);

  test('is read alone, and refused when a process died of it twice', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await leaveInHand(key);
    await leaveInHand(key, longAfter);
    expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: true });
    await leaveInHand(key, later(2 * longestIngestMs + 2_000));
    expect((await row(key)).attempt).toMatchObject({ deaths: 1, isAlone: true });
    const reader = vi.fn(readText);
    await ingestWith(reader, later(3 * longestIngestMs + 3_000))(key);
    expect(reader).not.toHaveBeenCalled();
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: 'crashed', document: null });
    const { hint } = ledgerEntry(await row(key), 'nl').refusal ?? {};
    expect(hint).toContain('twee keer');
    await way.remove(key);
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'removed' });
  });

  test('is not held responsible while another may still be at it', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    for (let time = 0; time < 5; time++) await leaveInHand(key);
    expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: false });
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });

  test('is a new file in another version', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await leaveInHand(key);
    await put(key, 'Een andere tekst');
    await leaveInHand(key, longAfter);
    expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: false });
  });
});

describe('At a start', () => {
  test('after a kill from outside nothing is held against what was in hand, however often', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    for (let time = 0; time < 5; time++) {
      await leaveInHand(key);
      await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: false });
      expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: false });
    }
  });

  test('after a kill in the middle of reading it alone, what it did before still stands and no more', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    await leaveInHand(key);
    await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: true });
    for (let time = 0; time < 3; time++) {
      await leaveInHand(key);
      await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: false });
      expect((await row(key)).attempt).toMatchObject({ deaths: 1, isAlone: true });
    }
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'kept' });
  });

  test('after a crash that one file alone can have caused, that counts', async () => {
    const key = newKey();
    await put(key, 'Een tekst');
    for (const deaths of [1, 2]) {
      await leaveInHand(key);
      await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: true });
      expect((await row(key)).attempt).toMatchObject({ deaths, isAlone: true });
    }
    await ingest(key);
    expect(await row(key)).toMatchObject({ state: 'refused', refusal: 'crashed' });
  });

  test('after a crash with several in hand each is read alone, and none is held responsible', async () => {
    const keys = [newKey(), newKey()];
    for (const key of keys) {
      await put(key, 'Een tekst');
      await leaveInHand(key);
    }
    await prepareCatalogue(way.aws, { endedAbruptly: true, hasCrashed: true });
    for (const key of keys) {
      expect((await row(key)).attempt).toMatchObject({ deaths: 0, isAlone: true });
      await ingest(key);
      expect(await row(key)).toMatchObject({ state: 'kept' });
    }
  });
});

test('What may have ended a process is read while nothing else is', async () => {
  const turns = new ReadingTurns(4);
  let [reading, most] = [0, 0];
  const begun: string[] = [];
  const read = (name: string) => async () => {
    begun.push(name);
    most = Math.max(most, ++reading);
    if (name === 'alone') expect(reading).toBe(1);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    reading--;
  };
  const failing = turns.beside(async () => {
    throw new Error('This one fails');
  });
  await Promise.allSettled([
    failing,
    ...[1, 2, 3, 4, 5].map((name) => turns.beside(read(`${name}`))),
    turns.alone(read('alone')),
    turns.beside(read('6')),
    turns.alone(read('alone')),
    turns.beside(read('7')),
  ]);
  expect(most).toBeGreaterThan(1);
  expect(begun).toEqual(['1', '2', '3', '4', '5', 'alone', '6', 'alone', '7']);
});

async function redriveAll() {
  const nothing = { moveSome: async () => 0 };
  const deadLetters = { uploads: nothing, changes: nothing };
  const now = () => new Date();
  expect((await redrive({ ...way.aws, deadLetters, now })).refused).toBeGreaterThan(0);
  // What already waits is not asked for again.
  expect(await redrive({ ...way.aws, deadLetters, now })).toMatchObject({ refused: 0, more: false });
}

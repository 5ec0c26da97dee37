import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import {
  nothingYet,
  Pointer,
  promoted,
  type SnapshotFile,
  tellsOfRemovalsSince,
  written,
} from '../../search-index/engines/snapshots/pointer.ts';
import { snapshotIndex } from '../../search-index/engines/snapshots/snapshot-index.ts';
import type { IndexChange, SearchIndex } from '../../search-index/search-index.ts';
import { NotFoundError, UnavailableError } from '../../shared/errors.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { searchIndexContract } from './contract.ts';
import { enlargeSnapshot } from './enlarge-snapshot.ts';
import { entry, put, remove, request } from './entries.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const Bucket = 'index';
let collections = 0;
const newPrefix = () => `index/${++collections}`;

searchIndexContract('snapshots in S3', async () =>
  snapshotIndex({ s3: async () => aws.s3, bucket: Bucket, prefix: newPrefix() }),
);

/** What S3 is asked, and what it answers unless someone comes between. */
type Between = (command: object, send: () => Promise<unknown>) => Promise<unknown>;

interface Opened {
  readonly between?: Between;
  readonly now?: () => number;
  readonly folder?: string;
}

const isFile = (command: object) =>
  command instanceof GetObjectCommand && command.input.Key?.endsWith('.sqlite') === true;

describe('A search index over snapshots in S3', () => {
  const opened: SearchIndex[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((index) => index.close()));
  });

  function open(prefix: string, { between, ...options }: Opened = {}): SearchIndex {
    const send = (command: object, ...rest: readonly []) => {
      const really = (): Promise<unknown> => Reflect.apply(aws.s3.send, aws.s3, [command, ...rest]);
      return between ? between(command, really) : really();
    };
    const s3: S3Client = Object.assign(Object.create(aws.s3), { send });
    const index = snapshotIndex({ s3: async () => s3, bucket: Bucket, prefix, ...options });
    opened.push(index);
    return index;
  }
  /** Its clock is in the test's hands: at `later()` its last look is too old. */
  function openReader(prefix: string, between?: Between) {
    let now = Date.now();
    const index = open(prefix, { now: () => now, ...(between && { between }) });
    return { index, later: () => (now += 6_000) };
  }
  const titles = async (index: SearchIndex) =>
    (await index.search(request())).hits.map(({ title }) => title).sort();
  const filled = async (index: SearchIndex, changes: readonly IndexChange[]) => {
    await index.apply(changes);
    await index.markFilled((await index.health()).generation);
  };
  const isDegraded = async (index: SearchIndex) => (await index.search(request())).degraded;
  const eventually = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await pause(20);
  };
  const keysOf = async (prefix: string) => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix}/` }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  };
  const textAt = async (Key: string) =>
    (await (await aws.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';
  const bytesAt = async (Key: string) => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const pointerOf = async (prefix: string) =>
    Pointer.parse(JSON.parse(await textAt(`${prefix}/pointer.json`)));
  const servedKey = async (prefix: string) => `${prefix}/${(await pointerOf(prefix)).served?.file}`;
  const putAt = (Key: string, Body: string | Uint8Array) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const gone = () =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

  test('is an empty collection before anybody has written, and writes nothing for who asks', async () => {
    const prefix = newPrefix();
    const index = open(prefix);
    expect(await index.health()).toEqual({ searchable: true, documents: 0, refilling: true });
    expect(await index.search(request({ q: 'zorg' }))).toMatchObject({ total: 0, degraded: true });
    expect(await index.document('nooit', '')).toBeUndefined();
    expect(await keysOf(prefix)).toEqual([]);
  });

  test('is one for all that open it, who see what others wrote when their look is 5 seconds old', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await filled(writer, put(entry('een')));
    const { index: reader, later } = openReader(prefix);
    expect(await titles(reader)).toEqual(['een']);
    await writer.apply(put(entry('twee')));
    expect(await titles(reader)).toEqual(['een']);
    later();
    await eventually(async () => (await titles(reader)).length === 2);
    expect(await isDegraded(reader)).toBe(false);
    const { generation } = await writer.health();
    expect(await reader.health()).toEqual({ searchable: true, documents: 2, generation });
  });

  test('loses nothing when two write at once, and their generations stay one', async () => {
    const prefix = newPrefix();
    const writers = [open(prefix), open(prefix), open(prefix)];
    await Promise.all(
      writers.map(async (writer, at) => {
        for (let round = 0; round < 4; round++) await writer.apply(put(entry(`stuk-${at}-${round}`)));
      }),
    );
    expect((await open(prefix).health()).documents).toBe(12);
    const generations = await Promise.all(writers.map(async (writer) => (await writer.health()).generation));
    expect(new Set(generations).size).toBe(1);
  });

  test('keeps what others do aside, while what is served is written', async () => {
    const prefix = newPrefix();
    const [served, aside] = [open(prefix), open(prefix)];
    await served.apply(put(entry('oud')));
    await aside.beginAside();
    await Promise.all([
      served.apply(put(entry('oud', { revision: 2, title: 'Oud' }))),
      aside.aside.apply(put(entry('nieuw'))),
    ]);
    expect(await aside.aside.health()).toMatchObject({ documents: 1 });
    await served.promote();
    expect(await titles(open(prefix))).toEqual(['nieuw']);
    await expect(aside.aside.apply(put(entry('te laat')))).rejects.toThrow(NotFoundError);
    expect((await pointerOf(prefix)).previous).not.toBeNull();
  });

  test('uploads nothing for changes that were overtaken or are there already', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await writer.apply([...put(entry('een', { revision: 5 })), remove(entry('twee', { revision: 5 }))]);
    const before = await pointerOf(prefix);
    await writer.apply(put(entry('een', { revision: 4 })));
    await writer.apply([remove(entry('twee', { revision: 5 }))]);
    expect(await pointerOf(prefix)).toEqual(before);
  });

  test('takes a pointer for its own whose reply was lost on the way', async () => {
    const prefix = newPrefix();
    let lost = 0;
    const writer = open(prefix, {
      between: async (command, send) => {
        const isPointer = command instanceof PutObjectCommand && command.input.Key?.endsWith('pointer.json');
        // The SDK sends a request again whose reply does not come.
        if (isPointer && lost++ === 1) await send();
        return send();
      },
    });
    await writer.apply(put(entry('een')));
    await writer.apply(put(entry('twee')));
    expect(lost).toBe(2);
    expect(await titles(open(prefix))).toEqual(['een', 'twee']);
  });

  test('goes on from its last copy while S3 is away, flagged, and recovers by itself', async () => {
    const prefix = newPrefix();
    await filled(open(prefix), put(entry('een')));
    let isAway = false;
    const { index: reader, later } = openReader(prefix, (_, send) => (isAway ? gone() : send()));
    expect(await isDegraded(reader)).toBe(false);
    isAway = true;
    later();
    expect(await reader.search(request())).toMatchObject({ total: 1, degraded: true });
    expect(await reader.suggest('ee', 5)).toHaveLength(1);
    expect(await reader.health()).toMatchObject({ searchable: true, documents: 1 });
    isAway = false;
    later();
    expect(await isDegraded(reader)).toBe(false);
  });

  test('says that it is unavailable while S3 is away and there is no copy, and then is there', async () => {
    const prefix = newPrefix();
    await open(prefix).apply(put(entry('een')));
    let isAway = true;
    const index = open(prefix, { between: (_, send) => (isAway ? gone() : send()) });
    await expect(index.search(request())).rejects.toThrow(UnavailableError);
    await expect(index.apply(put(entry('twee')))).rejects.toThrow(UnavailableError);
    expect(await index.health()).toEqual({ searchable: false, documents: 0, reason: 'connect ECONNREFUSED' });
    isAway = false;
    expect(await titles(index)).toEqual(['een']);
    await index.apply(put(entry('twee')));
    expect(await titles(index)).toEqual(['een', 'twee']);
  });

  test('leaves out what was removed before the new file is there, everywhere that it showed', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    const geheim = entry('geheim', { keywords: ['Geheim'] });
    await filled(writer, put(entry('een', { keywords: ['Tuin'] }), geheim));
    let isStuck = false;
    const { index: reader, later } = openReader(prefix, (command, send) =>
      isStuck && isFile(command) ? gone() : send(),
    );
    expect(await titles(reader)).toEqual(['een', 'geheim']);
    isStuck = true;
    await writer.apply([remove({ ...geheim, revision: 2 }, { gone: true }), ...put(entry('drie'))]);
    later();
    const found = await reader.search(request());
    expect(found).toMatchObject({ total: 1, degraded: true });
    expect(found.facets.keyword.map(({ slug }) => slug)).toEqual(['tuin']);
    expect(await reader.suggest('gehe', 5)).toEqual([]);
    expect(await reader.document(geheim.id, '')).toBe('gone');
    isStuck = false;
    later();
    await eventually(async () => !(await isDegraded(reader)));
    expect(await titles(reader)).toEqual(['drie', 'een']);
  });

  test.each([
    ['and learns of it from the pointer, which it waits for', 2, 400],
    ['for so long that nobody tells of it any more, and waits for the file', 16, 400],
  ])('shows nothing that was removed while it was frozen %s', async (_how, minutes, slowness) => {
    const prefix = newPrefix();
    let now = Date.now();
    const writer = open(prefix, { now: () => now });
    const geheim = entry('geheim');
    await writer.apply(put(entry('een'), geheim));
    let isSlow = false;
    const reader = open(prefix, {
      now: () => now,
      // Longer than a question waits otherwise for what is newer than its copy.
      between: async (_command, send) => {
        if (isSlow) await pause(slowness);
        return send();
      },
    });
    expect(await titles(reader)).toEqual(['een', 'geheim']);
    await writer.apply([remove({ ...geheim, revision: 2 })]);
    now += minutes * 60_000;
    await writer.apply(put(entry('drie')));
    isSlow = true;
    expect(await titles(reader)).not.toContain('geheim');
    isSlow = false;
    now += 6_000;
    await vi.waitFor(async () => expect(await titles(reader)).toEqual(['drie', 'een']));
  });

  const inputOf = (command: object) => {
    if (!(command instanceof GetObjectCommand)) throw new Error('no GetObject');
    return command.input;
  };

  /** Of each file that is asked for, `bytes()` come, and then nothing more, unless that is all of it. */
  const inPortions =
    (bytes: () => number, ranges: (string | undefined)[], known = new Map<string, Buffer>()): Between =>
    async (command, send) => {
      if (!isFile(command)) return send();
      const { Key = '', Range } = inputOf(command);
      ranges.push(Range);
      const from = Number(/^bytes=(\d+)-$/.exec(Range ?? 'bytes=0-')?.[1]);
      const asked = (known.get(Key) ?? (await bytesAt(Key))).subarray(from);
      const come = new Readable({ read: () => {} });
      come.push(asked.subarray(0, bytes()));
      if (bytes() >= asked.length) come.push(null);
      return { Body: come, ContentLength: asked.length };
    };

  test('has what is new at the second question, after a download that goes on where the first one left it', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await filled(writer, put(entry('een')));
    const ranges: (string | undefined)[] = [];
    let comes = Number.POSITIVE_INFINITY;
    const { index: reader, later } = openReader(
      prefix,
      inPortions(() => comes, ranges),
    );
    await titles(reader);
    await writer.apply(put(entry('twee')));
    comes = 10_000;
    later();
    expect(await reader.search(request())).toMatchObject({ total: 1, degraded: true });
    comes = Number.POSITIVE_INFINITY;
    expect(await reader.search(request())).toMatchObject({ total: 2, degraded: false });
    expect(ranges).toEqual([undefined, undefined, 'bytes=10000-']);
  });

  test('answers from its copy, degraded, while nothing of a file comes, and takes it up when it does', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await filled(writer, put(entry('een')));
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    let isStuck = false;
    const { index: reader, later } = openReader(prefix, async (command, send) => {
      if (isStuck && isFile(command)) await arrived;
      return send();
    });
    await titles(reader);
    isStuck = true;
    await writer.apply(put(entry('twee')));
    for (let question = 0; question < 3; question++) {
      later();
      expect(await reader.search(request())).toMatchObject({ total: 1, degraded: true });
    }
    arrive();
    later();
    await eventually(async () => (await titles(reader)).length === 2);
  });

  test('goes on with a file of more than 65 MB over several questions, which say that they are behind', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await filled(writer, put(entry('een')));
    const ranges: (string | undefined)[] = [];
    const known = new Map<string, Buffer>();
    let comes = Number.POSITIVE_INFINITY;
    const { index: reader, later } = openReader(
      prefix,
      inPortions(() => comes, ranges, known),
    );
    await titles(reader);
    await writer.apply(put(entry('twee')));
    await enlargeSnapshot(aws.s3, Bucket, prefix, 80_000_000);
    // From memory, however long the stand-in for S3 takes for so much.
    known.set(await servedKey(prefix), await bytesAt(await servedKey(prefix)));
    comes = 1_000_000;
    later();
    for (let question = 0; question < 4; question++) {
      expect(await reader.search(request())).toMatchObject({ total: 1, degraded: true });
    }
    comes = Number.POSITIVE_INFINITY;
    expect(await reader.search(request())).toMatchObject({ total: 2, degraded: false });
    expect(ranges.slice(2)).toEqual([1, 2, 3, 4].map((million) => `bytes=${million}000000-`));
  });

  test('ends a download although a newer file is named meanwhile, and shows nothing that is removed by then', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    const geheim = entry('geheim');
    await filled(writer, put(entry('een')));
    const ranges: (string | undefined)[] = [];
    let comes = Number.POSITIVE_INFINITY;
    const { index: reader, later } = openReader(
      prefix,
      inPortions(() => comes, ranges),
    );
    await titles(reader);
    await writer.apply(put(entry('twee'), geheim));
    comes = 10_000;
    later();
    expect(await titles(reader)).toEqual(['een']);
    await writer.apply([remove({ ...geheim, revision: 2 }), ...put(entry('drie'))]);
    comes = Number.POSITIVE_INFINITY;
    later();
    const found = await reader.search(request());
    expect(found.hits.map(({ title }) => title).sort()).toEqual(['een', 'twee']);
    expect(found.degraded).toBe(true);
    expect(ranges.at(-1)).toBe('bytes=10000-');
    expect(await titles(reader)).toEqual(['drie', 'een', 'twee']);
    expect(await isDegraded(reader)).toBe(false);
  });

  test('gives up a download of which it is not told any more what was removed since', async () => {
    const prefix = newPrefix();
    let now = Date.now();
    const geheim = entry('geheim');
    const writer = open(prefix, { now: () => now });
    await writer.apply(put(entry('een'), geheim));
    let comes = Number.POSITIVE_INFINITY;
    const reader = open(prefix, { now: () => now, between: inPortions(() => comes, []) });
    await titles(reader);
    await writer.apply(put(entry('twee')));
    comes = 10_000;
    now += 6_000;
    expect(await titles(reader)).toEqual(['een', 'geheim']);
    await writer.apply([remove({ ...geheim, revision: 2 })]);
    now += 16 * 60_000;
    await writer.apply(put(entry('drie')));
    comes = Number.POSITIVE_INFINITY;
    expect(await titles(reader)).toEqual(['drie', 'een', 'twee']);
  });

  test('looks again when the file goes before it was fetched, because another one is served by then', async () => {
    const prefix = newPrefix();
    const writer = open(prefix);
    await writer.apply(put(entry('een')));
    let isReplaced = false;
    const overtaken: Between = async (command, send) => {
      if (isFile(command) && !isReplaced) {
        isReplaced = true;
        const Key = await servedKey(prefix);
        await writer.apply(put(entry('twee')));
        await aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
      }
      return send();
    };
    expect(await titles(open(prefix, { between: overtaken }))).toEqual(['een', 'twee']);
    isReplaced = false;
    await open(prefix, { between: overtaken }).apply(put(entry('drie')));
    expect(await titles(open(prefix))).toEqual(['drie', 'een', 'twee']);
  });

  test('never opens a file of which not all has come, and fetches it again', async () => {
    const prefix = newPrefix();
    await open(prefix).apply(put(entry('een')));
    let isCut = true;
    let fetches = 0;
    const index = open(prefix, {
      between: async (command, send) => {
        const answer = await send();
        if (!isFile(command)) return answer;
        fetches += 1;
        if (!isCut) return answer;
        const { Body } = z.object({ Body: z.instanceof(Readable) }).parse(answer);
        const bytes = await buffer(Body);
        return { ...Object(answer), Body: Readable.from([bytes.subarray(0, bytes.length / 2)]) };
      },
    });
    await expect(index.search(request())).rejects.toThrow(UnavailableError);
    await expect(index.apply(put(entry('twee')))).rejects.toThrow(UnavailableError);
    isCut = false;
    expect(await titles(index)).toEqual(['een']);
    expect(fetches).toBeGreaterThanOrEqual(3);
  });

  const spoilings: Record<string, (prefix: string) => Promise<unknown>> = {
    'its pointer is damaged': (prefix) => putAt(`${prefix}/pointer.json`, '{"served": {}}'),
    'its file is missing': async (prefix) =>
      aws.s3.send(new DeleteObjectCommand({ Bucket, Key: await servedKey(prefix) })),
    'its file has other bytes': async (prefix) => {
      const Key = await servedKey(prefix);
      const bytes = await bytesAt(Key);
      // In the text of a document, where whoever only opens it does not look.
      bytes.write('x', bytes.indexOf('bijzonders'));
      await putAt(Key, bytes);
    },
    'its file is shorter': async (prefix) => putAt(await servedKey(prefix), 'x'),
    'it was laid out by another version': async (prefix) => {
      const pointer = await pointerOf(prefix);
      const served = pointer.served && { ...pointer.served, generation: 'another' };
      await putAt(`${prefix}/pointer.json`, JSON.stringify({ ...pointer, served }));
    },
  };

  test.each(Object.keys(spoilings))(
    'when %s, who has a copy goes on from it and a writer begins anew',
    async (how) => {
      const prefix = newPrefix();
      const { index: reader, later } = openReader(prefix);
      const { generation } = await (async () => {
        await open(prefix).apply(put(entry('een')));
        return reader.health();
      })();
      await spoilings[how]?.(prefix);
      later();
      // Where the pointer still names the file that the reader has, it has no reason to look further.
      expect(await titles(reader)).toEqual(['een']);
      const stranger = open(prefix);
      expect(await stranger.health()).toMatchObject({ searchable: false, reason: expect.any(String) });
      await expect(stranger.search(request())).rejects.toThrow(UnavailableError);
      // Who compares it with the catalogue queues all of it, and the first of those is the write that begins anew.
      for await (const held of stranger.entries()) expect(held).toBeUndefined();
      await stranger.apply(put(entry('twee')));
      const begun = await stranger.health();
      expect(begun).toMatchObject({ searchable: true, documents: 1 });
      expect(begun.generation).not.toBe(generation);
      later();
      await eventually(async () => (await titles(reader)).join() === 'twee');
    },
  );

  test('knows by a listing that nothing is there, where S3 may say no more than that it is forbidden', async () => {
    const prefix = newPrefix();
    const forbidding: Between = async (command, send) => {
      try {
        return await send();
      } catch (error) {
        if (!(command instanceof GetObjectCommand)) throw error;
        throw Object.assign(new Error('Access Denied'), {
          name: 'AccessDenied',
          $metadata: { httpStatusCode: 403 },
        });
      }
    };
    const index = open(prefix, { between: forbidding });
    expect(await index.health()).toMatchObject({ searchable: true, documents: 0 });
    await putAt(`${prefix}/pointer.json`, '{}');
    const denied = open(prefix, {
      between: async (command, send) =>
        command instanceof GetObjectCommand
          ? Promise.reject(Object.assign(new Error('Access Denied'), { $metadata: { httpStatusCode: 403 } }))
          : send(),
    });
    expect(await denied.health()).toMatchObject({ searchable: false, reason: 'Access Denied' });
  });

  test('deletes files that nothing names once nobody can be about to name them, and no other objects', async () => {
    const prefix = newPrefix();
    let now = Date.now();
    const writer = open(prefix, { now: () => now });
    await writer.apply(put(entry('een')));
    await writer.beginAside();
    await writer.aside.apply(put(entry('aside')));
    await writer.promote();
    await writer.beginAside();
    const abandoned = `${prefix}/abandoned.sqlite`;
    await putAt(abandoned, 'of a writer that was killed');
    await putAt(`${prefix}-other/theirs.sqlite`, 'of another collection');
    await writer.apply(put(entry('twee')));
    expect(await keysOf(prefix)).toContain(abandoned);
    now += 16 * 60_000;
    await writer.apply(put(entry('drie')));
    const { served, aside, previous } = await pointerOf(prefix);
    expect(previous).toBeNull();
    const named = [served, aside].map((file) => `${prefix}/${file?.file}`);
    expect(await keysOf(prefix)).toEqual([...named, `${prefix}/pointer.json`].sort());
    expect(await keysOf(`${prefix}-other`)).toHaveLength(1);
  });

  test('keeps what it was asked to do when it cannot clean up after it', async () => {
    const prefix = newPrefix();
    const writer = open(prefix, {
      between: (command, send) => (command instanceof ListObjectsV2Command ? gone() : send()),
    });
    await writer.apply(put(entry('een')));
    expect(await titles(open(prefix))).toEqual(['een']);
  });

  test('refuses calls once it is closed, and leaves no files behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vindplaats-own-'));
    const index = open(newPrefix(), { folder });
    await index.apply(put(entry('een')));
    await titles(index);
    expect(readdirSync(folder)).toHaveLength(1);
    await index.close();
    expect(readdirSync(folder)).toEqual([]);
    await expect(index.search(request())).rejects.toThrow(UnavailableError);
    await expect(index.apply(put(entry('twee')))).rejects.toThrow(UnavailableError);
    rmSync(folder, { recursive: true });
  });

  test('keeps no more files on this machine than it works with', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vindplaats-own-'));
    const index = open(newPrefix(), { folder });
    const files = () => readdirSync(join(folder, readdirSync(folder)[0] ?? '')).length;
    await index.apply(put(entry('een')));
    await titles(index);
    await index.beginAside();
    for (let revision = 1; revision < 4; revision++) {
      await index.aside.apply(put(entry('een', { revision })));
      await index.apply(put(entry('een', { revision })));
      // The working copies of both, and the one that is asked.
      expect(files()).toBe(3);
    }
    await index.promote();
    await index.apply(put(entry('een', { revision: 9 })));
    expect(files()).toBeLessThanOrEqual(3);
    await index.close();
    rmSync(folder, { recursive: true });
  });

  test.each(['sqlite', 'pointer.json'])(
    'keeps nothing of what it could not write: no %s is taken',
    async (ending) => {
      const folder = mkdtempSync(join(tmpdir(), 'vindplaats-own-'));
      let isRefused = false;
      const index = open(newPrefix(), {
        folder,
        between: (command, send) => {
          const isIt = command instanceof PutObjectCommand && command.input.Key?.endsWith(ending);
          return isRefused && isIt ? gone() : send();
        },
      });
      const files = () => readdirSync(join(folder, readdirSync(folder)[0] ?? '')).length;
      await index.apply(put(entry('een')));
      isRefused = true;
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(index.apply(put(entry('twee')))).rejects.toThrow(UnavailableError);
        await expect(index.beginAside()).rejects.toThrow(UnavailableError);
      }
      expect(files()).toBe(0);
      isRefused = false;
      await index.apply(put(entry('twee')));
      await index.close();
      rmSync(folder, { recursive: true });
    },
  );

  test('removes what a killed process left, and nothing of one that lives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vindplaats-own-'));
    const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
    const [ofDead, ofLiving, others] = [
      join(folder, `vindplaats-snapshots-${dead}-0-abcdef`),
      join(folder, `vindplaats-snapshots-${process.ppid}-0-abcdef`),
      join(folder, `snapshots-${dead}`),
    ];
    for (const path of [ofDead, ofLiving, others]) mkdirSync(path);
    writeFileSync(join(ofDead, 'index.sqlite'), '');
    await titles(open(newPrefix(), { folder }));
    expect([ofDead, ofLiving, others].map((path) => existsSync(path))).toEqual([false, true, true]);
    rmSync(folder, { recursive: true });
  });
});

describe('The pointer', () => {
  const file = (name: string): SnapshotFile => ({
    file: `${name}.sqlite`,
    bytes: 1,
    sha256: '0'.repeat(64),
    generation: name,
  });
  const removal = (name: string, revision = 2) => remove({ ...entry(name), revision });
  const idsOf = ({ removals }: Pointer) => removals.map(({ id }) => id);

  test('tells of the removals of the last 15 minutes, the latest thousand', () => {
    const minutes = (count: number) => count * 60_000;
    const first = written(nothingYet, 'served', file('a'), [removal('een')], 0);
    const second = written(first, 'served', file('b'), [removal('twee')], minutes(14));
    expect(idsOf(second)).toEqual([entry('een').id, entry('twee').id]);
    const third = written(second, 'served', file('c'), [], minutes(16));
    expect(idsOf(third)).toEqual([entry('twee').id]);
    const many = Array.from({ length: 1_200 }, (_, at) => removal(`stuk-${at}`));
    const full = written(third, 'served', file('d'), many, minutes(16));
    expect(full.removals).toHaveLength(1_000);
    expect(idsOf(full).at(-1)).toBe(entry('stuk-1199').id);
    expect(tellsOfRemovalsSince(third, minutes(20))).toBe(minutes(5));
    expect(tellsOfRemovalsSince(full, minutes(20))).toBeGreaterThan(minutes(16));
  });

  test('forgets a removal when the document is put again, and tells of the last of several', () => {
    const first = written(nothingYet, 'served', file('a'), [removal('een'), removal('twee')], 0);
    const again = written(first, 'served', file('b'), put(entry('een', { revision: 3 })), 1);
    expect(idsOf(again)).toEqual([entry('twee').id]);
    const twice = written(again, 'served', file('c'), [removal('twee', 4)], 2);
    expect(twice.removals).toMatchObject([{ id: entry('twee').id, revision: 4 }]);
  });

  test('changes nothing of what is served while something is done aside, until it is promoted', () => {
    const begun = { ...nothingYet, served: file('a'), aside: file('b') };
    const filled = written(begun, 'aside', file('c'), [removal('een')], 0);
    expect(filled).toEqual({ ...begun, aside: file('c') });
    expect(promoted(filled)).toEqual({ ...nothingYet, served: file('c'), previous: file('a') });
    expect(promoted(nothingYet)).toBeUndefined();
  });
});

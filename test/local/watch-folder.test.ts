import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bucketNames, type LocalAws, startAws } from '../../local/aws.ts';
import { UploadOutcomes } from '../../local/upload-outcomes.ts';
import { FolderWatcher, type WatchMemory } from '../../local/watch-folder.ts';
import { temporaryFolder } from './temporary.ts';

const silent = vi.hoisted(() => ({ isOn: false }));
vi.mock('chokidar', async (importOriginal) => {
  const { watch, ...rest } = await importOriginal<typeof import('chokidar')>();
  const mayBeSilent: typeof watch = (...options) => {
    const watcher = watch(...options);
    const emit = watcher.emit.bind(watcher);
    watcher.emit = (...event) => (silent.isOn ? false : emit(...event));
    return watcher;
  };
  return { ...rest, watch: mayBeSilent };
});

const Bucket = bucketNames.uploads;

// One set of stand-ins for all, emptied before each test, because starting them is most of a test's time.
const dataFolder = mkdtempSync(join(tmpdir(), 'vindplaats-'));
let aws: LocalAws;
beforeAll(async () => {
  aws = await startAws({ folder: dataFolder, generation: 1, repair: false });
});
afterAll(async () => {
  await aws.stop();
  rmSync(dataFolder, { recursive: true });
});
beforeEach(async () => {
  const Objects = (await keys()).map((Key) => ({ Key }));
  for (let at = 0; at < Objects.length; at += 1000) {
    await aws.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(at, at + 1000) } }),
    );
  }
}, 30_000);

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: aws.s3 }, { Bucket })) {
    found.push(...Contents.flatMap(({ Key }) => Key ?? []));
  }
  return found;
}

async function textOf(Key: string): Promise<string | undefined> {
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

async function metadataOf(Key: string): Promise<Record<string, string>> {
  return (await aws.s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata ?? {};
}

async function put(Key: string, source?: string): Promise<void> {
  const Metadata = source === undefined ? {} : { source };
  await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'put', Metadata }));
}

function memory(): WatchMemory {
  const stamps = new Map<string, string>();
  return {
    stampOf: (key) => stamps.get(key),
    remember: (key, stamp) => void stamps.set(key, stamp),
    forget: (key) => void stamps.delete(key),
  };
}

interface Watched {
  readonly folder: string;
  readonly said: string[];
  readonly stop: () => Promise<void>;
  write(below: string, text?: string): string;
}

const prepared = (): Pick<Watched, 'folder' | 'write'> => {
  const folder = join(temporaryFolder(), 'watched');
  return {
    folder,
    write: (below, text = below) => {
      const path = join(folder, below);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
  };
};

async function watch(
  { folder, write }: Pick<Watched, 'folder' | 'write'> = prepared(),
  remembered: WatchMemory = memory(),
  rescanEvery = 60_000,
): Promise<Watched> {
  const said: string[] = [];
  const say = (sentence: string) => void said.push(sentence);
  const watcher = new FolderWatcher({
    folder,
    s3: aws.s3,
    bucket: Bucket,
    memory: remembered,
    outcomes: new UploadOutcomes({
      catalogue: { get: async () => undefined },
      uploads: { listBeside: async () => [] },
      onError: (error) => expect.unreachable(String(error)),
    }),
    say,
    rescanEvery,
  });
  const stop = () => watcher.stop();
  onTestFinished(stop);
  await watcher.start();
  return { folder, said, write, stop };
}

const soon = { timeout: 8_000, interval: 20 };

/** Long enough for anything that was noticed to have been acted on. */
const aWhile = 700;

describe('while it watches', () => {
  test('a dropped file is uploaded as soon as it has been still', async () => {
    const { write } = await watch();
    const droppedAt = performance.now();
    write('public/map/a.txt', 'één regel');
    await expect.poll(keys, soon).toEqual(['public/map/a.txt']);
    expect(performance.now() - droppedAt).toBeGreaterThan(300);
    expect(performance.now() - droppedAt).toBeLessThan(1_000);
    expect(await textOf('public/map/a.txt')).toBe('één regel');
    expect(await metadataOf('public/map/a.txt')).toMatchObject({ source: 'watch' });
  });

  test('a changed file replaces its object, also with as many bytes', async () => {
    const { write } = await watch();
    write('internal/a.txt', 'oud');
    await expect.poll(keys, soon).toEqual(['internal/a.txt']);
    write('internal/a.txt', 'new');
    await expect.poll(() => textOf('internal/a.txt'), soon).toBe('new');
  });

  test('a deleted file takes its object with it, the last one too', async () => {
    const { folder, write } = await watch();
    write('public/a.txt');
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    unlinkSync(join(folder, 'public/a.txt'));
    await expect.poll(keys, soon).toEqual([]);
  });

  test('a deleted folder takes all below it, and no more', async () => {
    const { folder, write } = await watch();
    for (const below of ['public/a/1.txt', 'public/a/b/2.txt', 'public/c.txt']) write(below);
    await expect.poll(keys, soon).toHaveLength(3);
    rmSync(join(folder, 'public/a'), { recursive: true });
    await expect.poll(keys, soon).toEqual(['public/c.txt']);
  });

  test('a renamed file is put under its new name and leaves its old one', async () => {
    const { folder, write } = await watch();
    write('internal/a.txt', 'text');
    await expect.poll(keys, soon).toEqual(['internal/a.txt']);
    mkdirSync(join(folder, 'public'), { recursive: true });
    renameSync(join(folder, 'internal/a.txt'), join(folder, 'public/b.txt'));
    await expect.poll(keys, soon).toEqual(['public/b.txt']);
    expect(await textOf('public/b.txt')).toBe('text');
  });

  test('a folder that is moved in is uploaded, and its renaming renames all', async () => {
    const { folder, write } = await watch();
    write('elsewhere/x/1.txt');
    write('elsewhere/x/y/2.txt');
    mkdirSync(join(folder, 'public'), { recursive: true });
    renameSync(join(folder, 'elsewhere'), join(folder, 'public/in'));
    await expect.poll(keys, soon).toEqual(['public/in/x/1.txt', 'public/in/x/y/2.txt']);
    renameSync(join(folder, 'public/in'), join(folder, 'public/out'));
    await expect.poll(keys, soon).toEqual(['public/out/x/1.txt', 'public/out/x/y/2.txt']);
  });

  test('a sidecar is put before its upload, in whatever order they are written', async () => {
    const { write } = await watch();
    const begun: string[] = [];
    const send = vi.spyOn(aws.s3, 'send').mockName('send');
    onTestFinished(() => send.mockRestore());
    const files = Array.from({ length: 8 }, (_, at) => `public/stuk-${at}.md`);
    for (const file of files) write(file);
    for (const [at, file] of files.entries())
      write(file + ['.meta.yaml', '.META.YML', '.meta.yam'][at % 3], 'x: y');
    await vi.waitFor(async () => expect(await keys()).toHaveLength(16), soon);
    for (const [command] of send.mock.calls) {
      if (command instanceof PutObjectCommand) begun.push(command.input.Key ?? '');
    }
    for (const file of files) {
      expect(begun.findIndex((key) => key.startsWith(`${file}.`))).toBeLessThan(begun.indexOf(file));
    }
  });

  test('an editor that saves by renaming changes the object and never deletes it', async () => {
    const { folder, write } = await watch();
    write('public/a.txt', 'old');
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    const deleted: boolean[] = [];
    const looking = setInterval(async () => deleted.push((await keys()).length === 0), 20);
    onTestFinished(() => clearInterval(looking));
    // As vim does: the old text becomes a backup, the new text a new file, the backup goes.
    renameSync(join(folder, 'public/a.txt'), join(folder, 'public/a.txt~'));
    await pause(100);
    write('public/a.txt', 'by vim');
    unlinkSync(join(folder, 'public/a.txt~'));
    await expect.poll(() => textOf('public/a.txt'), soon).toBe('by vim');
    // As LibreOffice does: a draft beside it takes its place.
    write('public/lu1.tmp', 'by LibreOffice');
    renameSync(join(folder, 'public/lu1.tmp'), join(folder, 'public/a.txt'));
    await expect.poll(() => textOf('public/a.txt'), soon).toBe('by LibreOffice');
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    expect(deleted).not.toContain(true);
  });

  test('a file that grows for long is uploaded once, whole', async () => {
    const { write } = await watch();
    const path = write('public/a.txt', '0');
    for (let at = 1; at <= 10; at++) {
      await pause(100);
      appendFileSync(path, String(at % 10));
      expect(await keys()).toEqual([]);
    }
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    expect(await textOf('public/a.txt')).toBe('01234567890');
  });

  test('a file whose size is still counts, though it is written to without end', async () => {
    const { write } = await watch();
    const writing = setInterval(
      () => write('public/a.txt', String(performance.now()).slice(0, 3).padEnd(3)),
      50,
    );
    onTestFinished(() => clearInterval(writing));
    await expect.poll(keys, { ...soon, timeout: 25_000 }).toEqual(['public/a.txt']);
  });

  test('what programs keep for themselves is not uploaded', async () => {
    const { write } = await watch();
    const ignored = ['.hidden', 'a.txt.part', '~$a.docx', '.git/config', 'map/.DS_Store', '.~lock.a.odt#'];
    for (const name of ignored) write(`public/${name}`);
    write('readme.txt');
    write('other/a.txt');
    write('public/real.txt');
    await expect.poll(keys, soon).toEqual(['public/real.txt']);
    await pause(aWhile);
    expect(await keys()).toEqual(['public/real.txt']);
  });

  test('a download counts once it has its own name', async () => {
    const { folder, write } = await watch();
    write('public/a.txt.part', 'whole');
    await pause(aWhile);
    renameSync(join(folder, 'public/a.txt.part'), join(folder, 'public/a.txt'));
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
  });

  test('a thousand files at once are all uploaded', { timeout: 60_000 }, async () => {
    const { write } = await watch();
    const names = Array.from({ length: 1000 }, (_, at) => `public/m${at % 7}/file ${at}.txt`);
    for (const name of names) write(name);
    await expect.poll(async () => (await keys()).length, { timeout: 50_000, interval: 500 }).toBe(1000);
  });

  test('names hold whatever a person types, in one spelling', async () => {
    const { write } = await watch();
    const names = [
      'coöperatie 50%.txt',
      'a+b & c?.txt',
      "‘t Zorghuus' #1.txt",
      '日本/ファイル.txt',
      'x\\y.txt',
    ];
    for (const name of names) write(`public/${name.normalize('NFD')}`, name);
    await expect.poll(keys, soon).toEqual(names.map((name) => `public/${name}`.normalize('NFC')).toSorted());
    for (const name of names) expect(await textOf(`public/${name}`.normalize('NFC'))).toBe(name);
  });

  test('of two spellings of one name the other stays when one goes', async () => {
    const { write } = await watch();
    const composed = write('public/é.txt'.normalize('NFC'), 'same');
    write('public/é.txt'.normalize('NFD'), 'same');
    await expect.poll(keys, soon).toEqual(['public/é.txt'.normalize('NFC')]);
    unlinkSync(composed);
    await pause(aWhile);
    expect(await keys()).toEqual(['public/é.txt'.normalize('NFC')]);
  });

  test('a name that storage cannot hold is told of, and harms no other', async () => {
    const { write, said } = await watch();
    write('public/a\u0001b.txt');
    write('public/b.txt');
    await expect.poll(keys, soon).toEqual(['public/b.txt']);
    await expect.poll(() => said, soon).toContainEqual(expect.stringContaining('control character'));
  });

  test('links are not followed', async () => {
    const { folder, write, said } = await watch(prepared(), memory(), 200);
    const secret = join(temporaryFolder(), 'secret.txt');
    writeFileSync(secret, 'secret');
    write('public/real.txt');
    symlinkSync(secret, join(folder, 'public/link.txt'));
    symlinkSync(dirname(secret), join(folder, 'public/folder'));
    symlinkSync(dirname(secret), join(folder, 'internal'));
    await expect.poll(keys, soon).toEqual(['public/real.txt']);
    await expect.poll(() => said, soon).toContainEqual(expect.stringContaining('links are not followed'));
    await pause(aWhile);
    expect(await keys()).toEqual(['public/real.txt']);
  });

  test('a large file is put in parts', { timeout: 60_000 }, async () => {
    const { folder, write } = await watch();
    const path = join(folder, 'public/large.pdf');
    write('public/small.txt');
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'abc');
    writeFileSync(path, bytes);
    await expect.poll(keys, { ...soon, timeout: 50_000 }).toContain('public/large.pdf');
    const { ETag, Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: 'public/large.pdf' }));
    expect(ETag).toMatch(/-3"$/);
    const hash = (text: Uint8Array) => createHash('sha256').update(text).digest('hex');
    expect(hash((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(hash(bytes));
  });

  test('what lies beside public and internal is named once, with what to do', async () => {
    const { folder, write, said } = await watch(prepared(), memory(), 50);
    for (const below of ['readme.txt', 'Public/a.txt', 'intern/b.txt', '.hidden', 'c.txt.part']) write(below);
    const strays = () => said.filter((sentence) => sentence.startsWith('Not uploaded'));
    await expect.poll(() => strays().join(), soon).toContain('intern');
    await expect.poll(() => strays().join(), soon).toContain('readme.txt');
    expect(strays().join()).toContain('Public');
    expect(strays().join()).toContain(`Only what is in ${join(folder, 'public')} or`);
    expect(strays().join()).not.toMatch(/hidden|part/);
    const before = strays().length;
    write('public/a.txt');
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    expect(strays()).toHaveLength(before);
    for (let at = 0; at < 8; at++) write(`later ${at}.txt`);
    await expect.poll(() => strays().slice(before).join(), soon).toContain('later');
  });

  test('a folder that does not exist yet is picked up when it does', async () => {
    const { write, said } = await watch();
    expect(said).toContainEqual(expect.stringContaining('holds no folder public or internal'));
    write('internal/deep/a.txt');
    await expect.poll(keys, soon).toEqual(['internal/deep/a.txt']);
  });

  test('what no event told of is found by looking through the folder', async () => {
    const { folder, write } = await watch(prepared(), memory(), 200);
    write('public/a.txt');
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    // Where the system tells nothing, as on many network drives: every event is kept from the watcher.
    silent.isOn = true;
    onTestFinished(() => {
      silent.isOn = false;
    });
    write('public/b.txt', 'b');
    await expect.poll(keys, soon).toEqual(['public/a.txt', 'public/b.txt']);
    unlinkSync(join(folder, 'public/a.txt'));
    await expect.poll(keys, soon).toEqual(['public/b.txt']);
  });
});

describe('the documents are kept', () => {
  test.each([
    ['moved away', (folder: string) => renameSync(folder, `${folder}-elsewhere`)],
    ['deleted', (folder: string) => rmSync(folder, { recursive: true })],
    [
      'emptied of both its folders',
      (folder: string) => {
        renameSync(join(folder, 'public'), `${folder}-public`);
        renameSync(join(folder, 'internal'), `${folder}-internal`);
      },
    ],
  ])('when the folder is %s while it is watched', async (_what, vanish) => {
    const { folder, write, said } = await watch(prepared(), memory(), 200);
    write('public/a.txt');
    write('internal/b.txt');
    await expect.poll(keys, soon).toHaveLength(2);
    vanish(folder);
    await expect.poll(() => said, soon).toContainEqual(expect.stringContaining('are kept'));
    await pause(aWhile);
    expect(await keys()).toEqual(['internal/b.txt', 'public/a.txt']);

    write('public/a.txt', 'back');
    await expect.poll(() => textOf('public/a.txt'), soon).toBe('back');
    expect(said).toContainEqual(expect.stringContaining('is there now'));
  });

  test.each([
    ['missing', (folder: string) => rmSync(folder, { recursive: true })],
    ['emptied', (folder: string) => rmSync(join(folder, 'public/a.txt'))],
  ])('when the folder is %s at the start', async (_what, vanish) => {
    const place = prepared();
    place.write('public/a.txt');
    const first = await watch(place);
    await expect.poll(keys, soon).toEqual(['public/a.txt']);
    await first.stop();
    vanish(place.folder);
    const { said } = await watch(place);
    expect(said).toContainEqual(expect.stringMatching(/the document that came from it is kept/));
    await pause(aWhile);
    expect(await keys()).toEqual(['public/a.txt']);
  });
});

describe('at the start', () => {
  /** A folder with two files that were uploaded, and nobody watching. */
  async function leftAlone() {
    const place = prepared();
    const remembered = memory();
    place.write('public/a.txt', 'a');
    place.write('public/b.txt', 'b');
    const first = await watch(place, remembered);
    await expect.poll(keys, soon).toEqual(['public/a.txt', 'public/b.txt']);
    // The bucket shows an object a moment before the watcher has noted it.
    await expect
      .poll(() => remembered.stampOf('public/b.txt') && remembered.stampOf('public/a.txt'), soon)
      .toBeDefined();
    await first.stop();
    return { ...place, remembered };
  }

  test('what changed, came and left meanwhile is made up for', async () => {
    const { folder, remembered, write } = await leftAlone();
    write('public/a.txt', 'changed');
    write('internal/c.txt', 'c');
    unlinkSync(join(folder, 'public/b.txt'));
    await watch({ folder, write }, remembered);
    await expect.poll(keys, soon).toEqual(['internal/c.txt', 'public/a.txt']);
    await expect.poll(() => textOf('public/a.txt'), soon).toBe('changed');
  });

  test('a change that left size and time of writing as they were is seen', async () => {
    const { folder, remembered, write } = await leftAlone();
    const path = join(folder, 'public/a.txt');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'A');
    utimesSync(path, atime, mtime);
    await watch({ folder, write }, remembered);
    await expect.poll(() => textOf('public/a.txt'), soon).toBe('A');
  });

  test('what stayed the same is not uploaded again, nor what was only touched', async () => {
    const { folder, remembered, write } = await leftAlone();
    const before = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'public/a.txt' }));
    utimesSync(join(folder, 'public/a.txt'), new Date(), new Date());
    const { said } = await watch({ folder, write }, remembered);
    await pause(1_200);
    const after = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'public/a.txt' }));
    expect(after.Metadata).toEqual(before.Metadata);
    expect(said).toEqual([]);
  });

  test('objects of others are left alone, and so is what staff did with what was watched', async () => {
    const { folder, remembered, write } = await leftAlone();
    await put('public/imported.txt');
    await put('internal/imported.txt', 'import');
    // Staff moved one and deleted the other.
    await aws.s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'internal/a.txt',
        CopySource: `${Bucket}/public/a.txt`,
        MetadataDirective: 'REPLACE',
        Metadata: {},
      }),
    );
    for (const Key of ['public/a.txt', 'public/b.txt'])
      await aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await watch({ folder, write }, remembered);
    await pause(aWhile);
    expect(await keys()).toEqual(['internal/a.txt', 'internal/imported.txt', 'public/imported.txt']);
    write('public/b.txt', 'written anew');
    await expect.poll(keys, soon).toContain('public/b.txt');
  });
});

test('a failed upload is tried again until it succeeds', async () => {
  const { write, said } = await watch();
  const send = vi.spyOn(aws.s3, 'send').mockRejectedValueOnce(new Error('no storage now'));
  onTestFinished(() => send.mockRestore());
  write('public/a.txt');
  await expect.poll(() => said, soon).toContainEqual(expect.stringContaining('no storage now'));
  await expect.poll(keys, soon).toEqual(['public/a.txt']);
});

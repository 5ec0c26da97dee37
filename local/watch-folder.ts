/**
 * Keeps the uploads bucket as a folder is. Level-triggered, as the rest of the way is: an event only says that a path
 * wants looking at, and looking makes the object be what the file is now. What no event told is found by looking
 * through the whole folder from time to time.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { DeleteObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type FSWatcher, watch } from 'chokidar';
import { unquoted } from '../shared/etag.ts';
import { forEachOf, limiter } from '../shared/limiter.ts';
import { headUpload, isOvertaken } from '../shared/move-upload.ts';
import { uploadsBeside } from '../shared/sidecar.ts';
import { Visibility } from '../shared/visibility.ts';
import { codeOf } from './plain-error.ts';
import { ChangedError, type Sight, StillPaths } from './still-paths.ts';
import { uploadFile } from './upload-file.ts';
import type { UploadOutcomes } from './upload-outcomes.ts';
import {
  type FolderListing,
  faultOfKey,
  isIgnored,
  keyOf,
  listFiles,
  stampOf,
  statFile,
} from './uploadable-files.ts';
import { WatchNews } from './watch-news.ts';

/** The stamp of the file that was last put under a key. */
export interface WatchMemory {
  stampOf(key: string): string | undefined;
  remember(key: string, stamp: string): void;
  forget(key: string): void;
}

export interface WatchOptions {
  readonly folder: string;
  readonly s3: S3Client;
  readonly bucket: string;
  /** Outlives this process, so that what others removed or replaced here meanwhile is not undone at the next start. */
  readonly memory: WatchMemory;
  readonly outcomes: UploadOutcomes;
  /** Tells the person at the console. */
  readonly say: (sentence: string) => void;
  /** Names in the folder that are known to be something else than documents. */
  readonly beside?: readonly string[];
  /** Milliseconds between two looks through the whole folder. */
  readonly rescanEvery?: number;
}

const uploadsAtATime = 8;
const headsAtATime = 16;

/** Bytes; the stand-in for S3 holds a whole object in memory while it takes it in. */
const largestFile = 256 * 1024 * 1024;

/** Of what lies beside what is uploaded. */
const namedAtMost = 5;

/** `x-amz-meta-source` of the objects that the watcher put; it deletes no others. */
const source = 'watch';

const nothing: Sight = { stamp: 'nothing', size: -1n, writtenAt: 0 };

export class FolderWatcher {
  readonly #options: WatchOptions;
  readonly #folder: string;
  readonly #paths: StillPaths;
  readonly #news: WatchNews;
  readonly #warned = new Set<string>();
  /** By key: every spelling (NFC, NFD) of its path below the folder that was seen. */
  readonly #spellings = new Map<string, Set<string>>();
  /** By an upload's key: the sidecars, and what is named nearly like one, that were seen beside it. */
  readonly #beside = new Map<string, Set<string>>();
  /** By key: the stamp of the file that its object is known to hold. */
  readonly #settled = new Map<string, string>();
  /** Names beside `public/` and `internal/` that were told. */
  readonly #strays = new Set<string>();
  #isAway = false;
  #watcher: FSWatcher | undefined;
  #rescanTimer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#folder = resolve(options.folder);
    this.#news = new WatchNews(options.say, options.outcomes);
    const run = limiter(uploadsAtATime);
    this.#paths = new StillPaths({
      see: (key) => this.#see(key),
      act: (key, stamp) => run(() => this.#settle(key, stamp)),
      onFailure: (key, error) => this.#warn(failureOf(key, error)),
    });
  }

  /** Resolves when what changed while nobody watched is being dealt with, and every later change will be seen. */
  async start(): Promise<void> {
    // Listening comes before comparing, so that no change can fall between the two.
    await this.#listen();
    await this.#compare();
    await this.#tellStrays();
    this.#rescanIn(this.#options.rescanEvery ?? 15_000);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#rescanTimer);
    this.#news.stop();
    this.#paths.stop();
    await this.#watcher?.close();
  }

  async #listen(): Promise<void> {
    const watched = await realpath(this.#folder).catch(() => this.#folder);
    const watcher = watch(watched, {
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => isOutside(relative(watched, path)),
    });
    this.#watcher = watcher;
    watcher.on('all', (event, path) => {
      const below = relative(watched, path);
      if (event !== 'addDir' && event !== 'unlinkDir' && !isOutside(below)) this.#notice(below);
    });
    watcher.on('error', (error) => {
      this.#warn(
        `The system does not tell every change of ${this.#folder}; it is looked through instead (${error}).`,
      );
    });
    await new Promise<void>((ready) => watcher.once('ready', () => ready()));
  }

  #notice(below: string): void {
    if (this.#isStopped) return;
    const key = keyOf(below);
    const fault = faultOfKey(key);
    if (fault) {
      this.#warn(`${below} cannot be uploaded: ${fault}. Give it another name.`);
      return;
    }
    const spellings = this.#spellings.get(key) ?? new Set();
    this.#spellings.set(key, spellings.add(below));
    for (const upload of uploadsBeside(key)) {
      this.#beside.set(upload, (this.#beside.get(upload) ?? new Set()).add(key));
    }
    this.#paths.notice(key);
  }

  async #see(key: string): Promise<Sight> {
    return (await this.#find(key))?.sight ?? nothing;
  }

  async #find(key: string): Promise<{ path: string; sight: Sight } | undefined> {
    for (const below of this.#spellings.get(key) ?? []) {
      const path = join(this.#folder, below);
      const file = await statFile(path);
      if (file) {
        return { path, sight: { stamp: stampOf(file), size: file.size, writtenAt: Number(file.mtimeMs) } };
      }
    }
    return undefined;
  }

  /** Makes the object be what the file is, if that is still what was seen. */
  async #settle(key: string, stamp: string): Promise<void> {
    const found = await this.#find(key);
    if ((found?.sight ?? nothing).stamp !== stamp) throw new ChangedError('The file changed again');
    if (found && (await this.#waitsForSidecar(key))) throw new ChangedError('Its sidecar comes first');
    if (found && found.sight.size > largestFile) {
      this.#warn(
        `${key} is not uploaded: it is larger than 256 MB, and at most 50 MB can be read of a file.`,
      );
      this.#settled.set(key, stamp);
    } else if (found) await this.#upload(key, found.path, stamp);
    else if (await this.#isThere()) await this.#remove(key);
  }

  /** A sidecar may make its upload internal, so it has to be there first. */
  async #waitsForSidecar(key: string): Promise<boolean> {
    for (const beside of this.#beside.get(key) ?? []) {
      const sidecar = await this.#find(beside);
      if (sidecar && this.#settled.get(beside) !== sidecar.sight.stamp) return true;
    }
    return false;
  }

  async #upload(key: string, path: string, stamp: string): Promise<void> {
    const { s3, bucket, memory } = this.#options;
    const object = await headUpload(key, this.#options);
    const isOwn = object?.metadata.source === source;
    // Staff may have removed or replaced what this very file became; only a new version of it says otherwise.
    const isUpToDate = isOwn ? object.metadata.stamp === stamp : memory.stampOf(key) === stamp;
    if (!isUpToDate) {
      const etag = await uploadFile({
        s3,
        bucket,
        key,
        path,
        metadata: (file) => ({ source, stamp: stampOf(file) }),
        unlessEtag: isOwn ? unquoted(object.etag) : undefined,
      });
      if (etag !== undefined) this.#news.uploaded(key, etag);
    }
    memory.remember(key, stamp);
    this.#settled.set(key, stamp);
  }

  async #remove(key: string): Promise<void> {
    const { s3, bucket, memory } = this.#options;
    const object = await headUpload(key, this.#options);
    if (object?.metadata.source === source) {
      const deletion = new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: object.etag });
      await s3.send(deletion).catch((error: unknown) => {
        throw isOvertaken(error) ? new ChangedError('Somebody put something else in its place') : error;
      });
      this.#news.removed(key);
    }
    memory.forget(key);
    this.#settled.delete(key);
  }

  /** What changed since the last Vindplaats that watched this folder. */
  async #compare(): Promise<void> {
    const own = await this.#ownObjects();
    const listing = (await this.#isThere()) ? await this.#list() : undefined;
    if (!listing || listing.files.length === 0) {
      if (own.size > 0) {
        const documents =
          own.size === 1 ? 'document that came from it is' : `${own.size} documents that came from it are`;
        this.#options.say(`${this.#folder} holds no files; the ${documents} kept.`);
      }
      return;
    }
    for (const [key, stamp] of own) this.#settled.set(key, stamp);
    await this.#noticeDifferences(listing);
  }

  #rescanIn(milliseconds: number): void {
    if (this.#isStopped) return;
    this.#rescanTimer = setTimeout(async () => {
      const began = performance.now();
      try {
        if (await this.#isThere()) await this.#noticeDifferences(await this.#list());
        await this.#tellStrays();
      } catch (error) {
        this.#warn(`${this.#folder} could not be looked through and is tried again: ${error}`);
      }
      // A large or slow folder is looked through less often, so that looking takes a twentieth of the time at most.
      this.#rescanIn(Math.max(milliseconds, 20 * (performance.now() - began)));
    }, milliseconds);
  }

  async #noticeDifferences({ files, unreadable, links }: FolderListing): Promise<void> {
    for (const link of links)
      this.#warn(`${link} is a link, and links are not followed. Put the file itself there.`);
    for (const below of unreadable)
      this.#warn(`${join(this.#folder, below)} cannot be read; its documents are kept.`);
    const present = new Set<string>();
    const { beside = [], alone = [] } = Object.groupBy(files, ({ below }) =>
      uploadsBeside(keyOf(below)).length > 0 ? 'beside' : 'alone',
    );
    for (const { path, below } of [...beside, ...alone]) {
      const key = keyOf(below);
      present.add(key);
      const file = await statFile(path).catch(() => undefined);
      if (!file || this.#settled.get(key) !== stampOf(file)) this.#notice(below);
    }
    const unknown = unreadable.map((below) => `${keyOf(below)}/`);
    for (const key of this.#settled.keys()) {
      const isGone = !present.has(key) && !unknown.some((folder) => `${key}/`.startsWith(folder));
      if (isGone) this.#notice(key);
    }
  }

  #list(): Promise<FolderListing> {
    return listFiles(this.#folder, Visibility.options);
  }

  /**
   * Whether the folder is there, with something of `public/` and `internal/` in it. A folder that was moved away,
   * unmounted or wiped out whole tells nothing of its documents, so what it lacks is not deleted then.
   */
  async #isThere(): Promise<boolean> {
    const found = await Promise.all(
      Visibility.options.map((name) => stat(join(this.#folder, name)).catch(() => undefined)),
    );
    const isThere = found.some((entry) => entry?.isDirectory());
    if (!isThere && !this.#isAway) {
      const kept = this.#settled.size > 0 ? ' The documents that came from it are kept.' : '';
      this.#options.say(
        `${this.#folder} holds no folder public or internal; files are picked up as soon as it does.${kept}`,
      );
      this.#settled.clear();
    }
    if (isThere && this.#isAway) this.#options.say(`${this.#folder} is there now.`);
    this.#isAway = !isThere;
    return isThere;
  }

  /** Names once what lies beside `public/` and `internal/`, which nobody else will ever tell that it is not searched. */
  async #tellStrays(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const strays = names.filter((name) => isOutside(name) && !isIgnored(name) && !this.#strays.has(name));
    const told = strays.filter((name) => !this.#options.beside?.includes(name));
    for (const name of strays) this.#strays.add(name);
    if (told.length === 0 || this.#isStopped) return;
    const more = told.length > namedAtMost ? ` and ${told.length - namedAtMost} more` : '';
    this.#options.say(
      `Not uploaded: ${told.slice(0, namedAtMost).join(', ')}${more}. ` +
        `Only what is in ${join(this.#folder, 'public')} or ${join(this.#folder, 'internal')} is; move it there.`,
    );
  }

  #warn(sentence: string): void {
    if (this.#isStopped || this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    this.#options.say(sentence);
  }

  /** The objects that a watcher put here, by key, with the stamp of the file that each was. */
  async #ownObjects(): Promise<Map<string, string>> {
    const { s3, bucket } = this.#options;
    const keys: string[] = [];
    for (const visibility of Visibility.options) {
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: `${visibility}/` });
      for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    }
    const own = new Map<string, string>();
    await forEachOf(keys, headsAtATime, async (key) => {
      const object = await headUpload(key, this.#options);
      if (object?.metadata.source === source) own.set(key, object.metadata.stamp ?? '');
    });
    return own;
  }
}

function failureOf(key: string, error: unknown): string {
  const isForbidden = codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
  if (isForbidden) return `${key} cannot be read and is tried again. Give yourself the right to read it.`;
  return `${key} could not be uploaded and is tried again: ${error}`;
}

/** Everything but what lies in `public/` and `internal/`; the folder itself, and what it lies in, is not outside. */
function isOutside(below: string): boolean {
  if (below === '' || below === '..' || below.startsWith(`..${sep}`)) return false;
  const [top] = below.split(sep);
  return !Visibility.safeParse(top).success || isIgnored(below);
}

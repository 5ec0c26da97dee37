/**
 * S3 and SQS on this machine: fauxqs, bound to loopback, its data in SQLite below one folder.
 *
 * `startFauxqs` listens on every network interface, so its parts are put together here. Its package exports only the
 * whole; the parts are imported by path, which holds because the version is pinned exactly.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { MessageSpy } from '../node_modules/fauxqs/dist/spy.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { unquoted } from '../shared/etag.ts';
import { awsRegion } from './aws-identity.ts';
import { closeServer } from './listen.ts';
import { refuseBrowsers } from './loopback-guard.ts';
import { type ObjectEvent, sequencers, toEventBridge } from './upload-events.ts';
import { keepWriteConditions } from './write-conditions.ts';

export interface ObjectsAndQueues {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface ObjectsAndQueuesOptions {
  readonly folder: string;
  /** See `sequencers`. */
  readonly generation: number;
  /** Objects of this bucket are announced on this queue. */
  readonly announce: { readonly bucket: string; readonly queue: string };
}

export async function startObjectsAndQueues({
  folder,
  generation,
  announce,
}: ObjectsAndQueuesOptions): Promise<ObjectsAndQueues> {
  tidy(folder);
  const persistence = new Persistence(folder);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new OrderedS3Store() };
  // Loading first, as fauxqs itself does: stores that already persist would delete what they load.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.s3Store.persistence = persistence;
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  // With its default, `localhost`, queue addresses get names (`sqs.….localhost`) that not every system resolves.
  stores.sqsStore.host = '';
  stores.s3Store.spy = new Announcer(stores, announce, sequencers(generation));

  const app = buildApp({ logger: false, defaultRegion: awsRegion, stores });
  refuseBrowsers(app.server);
  takeLargeObjects(app);
  keepWriteConditions(app, stores.s3Store);
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    endpoint,
    stop: async () => {
      stores.sqsStore.shutdown();
      await closeServer(app.server);
      await app.close();
      persistence.close();
    },
  };
}

/** Bytes that one request may put, as in S3; fauxqs takes 11 MB, and what is read of a large text is more. */
const largestPut = 5 * 1024 ** 3;

function takeLargeObjects(app: ReturnType<typeof buildApp>): void {
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestPut }, (_request, body, done) =>
    done(null, body),
  );
}

/** Milliseconds; whoever began an upload in parts so long ago does not come back for it. */
const partsKeptFor = 24 * 60 * 60 * 1000;

/** Sets right what an earlier start left behind, before fauxqs loads it. */
function tidy(folder: string): void {
  const file = join(folder, 'fauxqs.db');
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  try {
    const hasTables = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 's3_multipart_parts'`).get();
    if (!hasTables) return;
    // Whoever had received these messages is gone, yet fauxqs would hide them until their old deadlines.
    database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
    const before = new Date(Date.now() - partsKeptFor).toISOString();
    database.prepare('DELETE FROM s3_multipart_uploads WHERE initiated < ?').run(before);
  } finally {
    database.close();
  }
}

class Persistence extends PersistenceManager {
  constructor(folder: string) {
    super(folder);
    // Waiting for the disk at every write would hold up everything in this process; a kill loses nothing either way,
    // and after a power cut the catalogue, which does not wait, would be behind all the same.
    const database = z.instanceof(DatabaseSync).parse(Reflect.get(this, 'db'));
    database.exec('PRAGMA synchronous = NORMAL');
  }

  /** fauxqs 2.4.1 writes NULL in a column that forbids it here, and by failing loses the message that was given back. */
  override updateMessageReady(messageId: string): void {
    // Without receipt or deadline a message counts as ready when it is loaded; only its count of receipts is lost.
    this.updateMessageInflight(messageId, '', 0, 0, undefined);
  }
}

type Listing = ReturnType<S3Store['listObjects']>;

class OrderedS3Store extends S3Store {
  /** fauxqs 2.4.1 sorts keys by language but continues a listing by code unit, so that its later pages skip keys. */
  override listObjects(bucket: string, options: Parameters<S3Store['listObjects']>[1] = {}): Listing {
    const { maxKeys = 1000, startAfter, marker, ...rest } = options;
    const all = super.listObjects(bucket, { ...rest, maxKeys: Number.POSITIVE_INFINITY });
    const after = startAfter || marker || '';
    const entries = [
      ...all.objects.map((object) => ({ name: object.key, object })),
      ...all.commonPrefixes.map((name) => ({ name, object: undefined })),
    ]
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = entries.slice(0, maxKeys);
    return {
      objects: page.flatMap(({ object }) => object ?? []),
      commonPrefixes: page.flatMap(({ name, object }) => (object ? [] : name)),
      isTruncated: entries.length > page.length,
    };
  }
}

type SpyMessage = Parameters<MessageSpy['addMessage']>[0];

/**
 * fauxqs has no bucket notifications, but tells its spy of every change, inside the request that makes it. The event
 * is therefore queued before the uploader gets an answer; only a kill between two writes to SQLite can lose it, and
 * what was lost then is looked for at the next start.
 */
class Announcer extends MessageSpy {
  readonly #stores: { readonly sqsStore: SqsStore; readonly s3Store: S3Store };
  readonly #announce: ObjectsAndQueuesOptions['announce'];
  readonly #nextSequencer: () => string;

  constructor(
    stores: { readonly sqsStore: SqsStore; readonly s3Store: S3Store },
    announce: ObjectsAndQueuesOptions['announce'],
    nextSequencer: () => string,
  ) {
    super();
    this.#stores = stores;
    this.#announce = announce;
    this.#nextSequencer = nextSequencer;
  }

  override addMessage(message: SpyMessage): void {
    if (message.service !== 's3' || message.bucket !== this.#announce.bucket) return;
    // A copy tells of itself twice, as `uploaded` too; what was only read is no news.
    if (message.status === 'uploaded') this.#send(this.#created(message.key));
    if (message.status === 'deleted') {
      this.#send({
        type: 'Object Deleted',
        bucket: message.bucket,
        key: message.key,
        sequencer: this.#nextSequencer(),
      });
    }
  }

  #created(key: string): ObjectEvent {
    const { bucket } = this.#announce;
    const { contentLength, etag } = this.#stores.s3Store.headObject(bucket, key);
    return {
      type: 'Object Created',
      bucket,
      key,
      size: contentLength,
      etag: unquoted(etag),
      sequencer: this.#nextSequencer(),
    };
  }

  #send(event: ObjectEvent): void {
    const queue = this.#stores.sqsStore.getQueueByName(this.#announce.queue);
    // Failing makes the request fail, and its sender try again, rather than keep an object of which nobody was told.
    if (!queue) throw new Error(`There is no queue ${this.#announce.queue}`);
    queue.enqueue(SqsStore.createMessage(JSON.stringify(toEventBridge(event))));
  }
}

/**
 * Compares many documents that exist only here, in a process of its own, and tells the most memory that it took: once
 * with an index that lacks them all, once with one that holds others.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { readerVersion } from '../../functions/ingest-document/was-read.ts';
import { compareAll } from '../../functions/reconcile-index/compare.ts';
import { Catalogue, type RowsPage } from '../../shared/catalogue/catalogue.ts';
import { documentId } from '../../shared/document.ts';
import { DocumentStore } from '../../shared/document-store.ts';
import { row } from '../catalogue/row.ts';
import { FakeCollections } from './fake-collections.ts';

const count = 100_000;
const at = '2024-05-01T10:00:00.000Z';
const hash = 'f'.repeat(32);
const etag = 'e'.repeat(32);

const keyOf = (n: number) => `public/jaren/2024/een-naam-zoals-mensen-die-geven-${n}.pdf`;
const numberOf = new Map(Array.from({ length: count }, (_, n) => [documentId(keyOf(n)), n]));
const rowOf = (n: number) => {
  const { pendingSince: _shown, ...kept } = row(keyOf(n), {
    state: 'searchable',
    revision: 1_700_000_000_000 + n,
    upload: {
      etag,
      size: 100_000,
      lastModified: at,
      metadataHash: hash,
      sidecarEtag: null,
      sequencer: null,
      source: null,
      readerVersion,
    },
    document: {
      hash,
      kind: 'publication',
      title: 'Een titel van gewone lengte',
      publishedOn: null,
      visibility: null,
    },
    history: Array.from({ length: 20 }, () => ({ at, what: 'searchable' as const, ms: 12 })),
  });
  return kept;
};

class ManyRows extends Catalogue {
  override async page({ after }: { after: string | null }): Promise<RowsPage> {
    const from = Number(after ?? 0);
    const rows = Array.from({ length: 400 }, (_, n) => rowOf(from + n));
    return { rows, next: from + 400 < count ? String(from + 400) : null };
  }
  override async get(id: string) {
    const n = numberOf.get(id);
    return n === undefined ? undefined : rowOf(n);
  }
}

class ManyUploads extends Uploads {
  override async *list() {
    for (let n = 0; n < count; n++) yield { key: keyOf(n), etag, lastModified: new Date(at) };
  }
}

class ManyDocuments extends DocumentStore {
  override async *list() {
    for (const id of numberOf.keys()) yield { id, hash, keptAt: new Date(at) };
  }
}

async function compared(entries: () => Generator<{ id: string; revision: number }>): Promise<number> {
  const { index } = new FakeCollections();
  const collection = {
    ...index.public,
    entries: async function* () {
      yield* entries();
    },
    document: async () => undefined,
  };
  const s3 = new S3Client({ region: 'nowhere' });
  const { found } = await compareAll(
    {
      catalogue: new ManyRows(new DynamoDBClient({ region: 'nowhere' }), 'none', 'none'),
      documents: new ManyDocuments(s3, 'none'),
      uploads: new ManyUploads(s3, 'none'),
      index: { public: collection, archive: collection },
      changes: { send: async () => {} },
      looks: { send: async () => {} },
      bucket: 'none',
      now: () => new Date(),
    },
    () => {},
  );
  return Object.values(found).reduce((sum, kind) => sum + kind.count, 0);
}

const nothing = function* () {};
const others = function* () {
  for (const [id, n] of numberOf) yield { id, revision: n };
};
const report = { missing: await compared(nothing), stale: await compared(others) };
// Kilobytes, the most since the process began.
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ ...report, megabytes }));

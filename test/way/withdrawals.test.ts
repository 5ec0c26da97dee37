/** What leaves the public collection is withdrawn before anyone is told that it has left, and until that is so. */
import { beforeEach, describe, expect, test } from 'vitest';
import { takeOutWithdrawn } from '../../functions/index-documents/take-out-withdrawn.ts';
import { readWithdrawals, withdrawalList } from '../../functions/searching/withdrawal-list.ts';
import { effectOf } from '../../functions/staff-api/in-effect.ts';
import { removeDocument } from '../../functions/staff-api/remove-document.ts';
import { sweepPending } from '../../functions/sweep-pending/sweep-pending.ts';
import { withdrawalsTableName } from '../../local/aws.ts';
import { awsRegion } from '../../local/aws-identity.ts';
import { removed } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { smallWay } from './small-way.ts';

const way = smallWay();
const { newKey, put, remove, ingest, index, correct, row, searchable } = way;

/** As the visitors' function reads it. */
const withdrawn = () =>
  readWithdrawals(withdrawalsTableName, {
    AWS_REGION: awsRegion,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: undefined,
    AWS_ENDPOINT_URL_DYNAMODB: way.aws.endpoints.dynamodb,
  })();
const withdrawalOf = async (key: string) => (await withdrawn()).get(documentId(key));

const sweep = (minutes = 0) =>
  sweepPending({
    catalogue: way.aws.catalogue,
    changes: way.aws.changes,
    finishMove: async () => {},
    now: () => new Date(Date.now() + minutes * 60_000),
  });

beforeEach(async () => {
  for (const { id, revision } of (await withdrawn()).values()) {
    await way.aws.catalogue.clearWithdrawal(id, revision);
  }
});

describe('It is withdrawn', () => {
  const hidden = { gone: false };
  const gone = { gone: true };

  test.each<[string, (key: string) => Promise<unknown>, object]>([
    ['when staff hide it', (key) => correct(key, { visibility: 'internal' }), hidden],
    ['when staff delete it', async (key) => removeDocument(await row(key), way.aws), gone],
    [
      'when its file is deleted',
      async (key) => {
        await remove(key);
        await ingest(key);
      },
      gone,
    ],
    [
      'when it comes again and says that it is internal',
      async (key) => {
        await put(key, 'vertrouwelijk');
        await ingest(key);
      },
      hidden,
    ],
    [
      'when it comes again and cannot be read',
      async (key) => {
        await put(key, 'geweigerd');
        await ingest(key);
      },
      hidden,
    ],
    [
      'when a sidecar hides it',
      async (key) => {
        await put(`${key}.meta.yaml`, 'visibility: internal\n');
        await ingest(`${key}.meta.yaml`);
      },
      hidden,
    ],
  ])('%s', async (_how, leave, told) => {
    const key = newKey();
    await searchable(key);
    expect(await withdrawalOf(key)).toBeUndefined();
    await leave(key);
    expect(await withdrawalOf(key)).toMatchObject({ revision: (await row(key)).revision, ...told });
  });

  test('and its address leads to where its bytes went', async () => {
    const [from, to] = [newKey(), newKey()];
    await searchable(from, 'dezelfde tekst');
    await remove(from);
    await ingest(from);
    await index(from);
    await put(to, 'dezelfde tekst');
    await ingest(to);
    await index(to);
    expect(await withdrawalOf(from)).toMatchObject({ gone: true, movedTo: documentId(to) });
  });

  test('but not what was never public', async () => {
    const key = newKey('internal');
    await searchable(key);
    await remove(key);
    await ingest(key);
    expect((await withdrawn()).size).toBe(0);
  });

  test('when whoever hid it was stopped before that, by whoever hides it again', async () => {
    const key = newKey();
    await searchable(key);
    const { catalogue } = way.aws;
    const withdraw = catalogue.withdraw.bind(catalogue);
    catalogue.withdraw = async () => {
      throw new Error('stopped');
    };
    await expect(correct(key, { visibility: 'internal' })).rejects.toThrow('stopped');
    catalogue.withdraw = withdraw;
    expect(await withdrawalOf(key)).toBeUndefined();
    await correct(key, { visibility: 'internal' });
    expect(await withdrawalOf(key)).toBeDefined();
  });
});

describe('It stays withdrawn', () => {
  test('until the collection holds what came after it, and not until that is only on its way', async () => {
    const key = newKey();
    await searchable(key, 'geheim gebleken');
    await correct(key, { visibility: 'internal' });
    await correct(key, { visibility: 'public', title: 'Zonder geheim' });
    let whileShown: unknown;
    way.collections.afterApply = async (collection) => {
      if (collection === 'public') whileShown ??= await withdrawalOf(key);
    };
    await index(key);
    expect(whileShown).toBeDefined();
    expect(await withdrawalOf(key)).toBeUndefined();
  });

  test('as long as a worker may still write what was there before, and as long as its row is pending', async () => {
    const [applied, pending] = [newKey(), newKey()];
    for (const key of [applied, pending]) {
      await searchable(key);
      await correct(key, { visibility: 'internal' });
    }
    await index(applied);
    await sweep(2);
    expect(await withdrawalOf(applied)).toBeDefined();
    await sweep(4);
    expect(await withdrawalOf(applied)).toBeUndefined();
    expect(await withdrawalOf(pending)).toBeDefined();
  });

  test('no longer than until the next sweep when it was recorded after its document was public again', async () => {
    const key = newKey();
    await searchable(key);
    const hidden = await correct(key, { visibility: 'internal' });
    await correct(key, { visibility: 'public' });
    await index(key);
    await way.aws.catalogue.withdraw(hidden);
    expect(await withdrawalOf(key)).toBeDefined();
    await sweep();
    expect(await withdrawalOf(key)).toBeUndefined();
  });

  test('when an older one comes late', async () => {
    const key = newKey();
    await searchable(key);
    const before = await row(key);
    await correct(key, { visibility: 'internal' });
    const { revision } = await row(key);
    const older = removed({ ...before, revision: before.revision - 5 }, { at: new Date(0), by: 'upload' });
    if (!older) expect.fail('no row');
    await way.aws.catalogue.withdraw(older);
    expect(await withdrawalOf(key)).toMatchObject({ revision, gone: false });
  });
});

describe('Beside what is being written', () => {
  test('it is taken out of the public collection, while its own message still waits', async () => {
    const keys = [newKey(), newKey(), newKey()];
    for (const key of keys) await searchable(key);
    for (const key of keys) await correct(key, { visibility: 'internal' });
    const taken = await takeOutWithdrawn(way.indexing(), new Set());
    for (const key of keys) {
      expect(way.collections.shown.public.has(documentId(key))).toBe(false);
      expect((await row(key)).pendingSince).toBeDefined();
    }
    const writes = way.collections.log.length;
    await takeOutWithdrawn(way.indexing(), taken);
    expect(way.collections.log).toHaveLength(writes);
  });

  test('what is public again by then stays', async () => {
    const key = newKey();
    await searchable(key);
    await correct(key, { visibility: 'internal' });
    await correct(key, { visibility: 'public' });
    await takeOutWithdrawn(way.indexing(), new Set());
    expect(way.collections.shown.public.has(documentId(key))).toBe(true);
  });
});

describe('Staff are told whether it holds for visitors', () => {
  const catalogue = () => ({ catalogue: way.aws.catalogue });

  test('at once where visitors are shown nothing that is withdrawn', async () => {
    const key = newKey();
    await searchable(key);
    const written = await correct(key, { visibility: 'internal' });
    expect(await effectOf(written, { ...catalogue(), excludesWithdrawn: true })).toMatchObject({
      inEffect: true,
    });
    const retitled = await correct(key, { visibility: 'public', title: 'Nieuw' });
    expect(await effectOf(retitled, { ...catalogue(), excludesWithdrawn: true })).toMatchObject({
      inEffect: false,
    });
  });

  test('when the engine has it, where that is all that visitors are shown', async () => {
    const key = newKey();
    await searchable(key);
    const written = await correct(key, { visibility: 'internal' });
    expect(await effectOf(written, { ...catalogue(), excludesWithdrawn: false })).toMatchObject({
      inEffect: false,
    });
    const waiting = effectOf(written, { ...catalogue(), excludesWithdrawn: false });
    await index(key);
    expect(await waiting).toMatchObject({ inEffect: true, row: { state: 'searchable' } });
  });
});

describe('The list that the visitors’ function has', () => {
  const empty = new Map();

  test('is half a second old at most, and read once however many ask', async () => {
    let time = 0;
    let reads = 0;
    const list = withdrawalList(
      async () => {
        reads++;
        return empty;
      },
      () => time,
    );
    await Promise.all([list(), list(), list()]);
    time = 499;
    await list();
    expect(reads).toBe(1);
    time = 500;
    await Promise.all([list(), list()]);
    expect(reads).toBe(2);
  });

  test('counts as old as when it was asked for, for what came meanwhile is not in it', async () => {
    let time = 0;
    let reads = 0;
    const list = withdrawalList(
      async () => {
        reads++;
        time += 600;
        return empty;
      },
      () => time,
    );
    await list();
    await list();
    expect(reads).toBe(2);
  });

  test('serves for two seconds while none can be read, and no longer', async () => {
    let time = 0;
    let isAway = false;
    const list = withdrawalList(
      async () => {
        if (isAway) throw new Error('away');
        return empty;
      },
      () => time,
    );
    await list();
    isAway = true;
    time = 2_000;
    expect(await list()).toBe(empty);
    time = 2_001;
    await expect(list()).rejects.toThrow(UnavailableError);
    isAway = false;
    expect(await list()).toBe(empty);
  });

  test('cannot be read where DynamoDB does not answer', async () => {
    const read = readWithdrawals('no-such-table', {
      AWS_REGION: awsRegion,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: undefined,
      AWS_ENDPOINT_URL_DYNAMODB: way.aws.endpoints.dynamodb,
    });
    await expect(withdrawalList(read)()).rejects.toThrow(UnavailableError);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyLimit, longestSide } from '../../shared/catalogue/history.ts';
import { DocumentRow } from '../../shared/catalogue/row.ts';
import {
  applied,
  type Cause,
  caughtUp,
  contradictsItself,
  corrected,
  effectiveVisibility,
  failed,
  failureCleared,
  givenUp,
  hasMovedAway,
  kept,
  mended,
  moveAbandoned,
  moved,
  movedAway,
  moveFinished,
  outranked,
  readingBegun,
  refused,
  removed,
  resent,
  restored,
  type UploadRead,
  unhidden,
} from '../../shared/catalogue/transitions.ts';
import { RevisionConflictError } from '../../shared/errors.ts';
import type { Visibility } from '../../shared/visibility.ts';

const at = new Date('2026-11-30T12:00:00.000Z');
const staff: Cause = { at, by: 'een-medewerker' };
const uploaded: Cause = { at, by: 'upload' };

const read = (key: string, etag = 'a'): UploadRead => ({
  key,
  upload: {
    etag,
    size: 1,
    lastModified: at.toISOString(),
    metadataHash: 'm',
    sidecarEtag: null,
    sequencer: null,
    source: null,
    readerVersion: 1,
  },
  began: at,
  readAt: at,
});
const document = (visibility: Visibility | null = null) => ({
  hash: 'h',
  kind: 'article' as const,
  title: 'Titel',
  publishedOn: null,
  visibility,
});
const keptAt = (key: string, says: Visibility | null = null, before?: DocumentRow, etag = 'a') =>
  kept(
    before,
    { ...read(key, etag), document: document(says), notes: [], sha256: etag, isHidden: false },
    uploaded,
  );

describe('A transition', () => {
  test('gives a row that the catalogue can store', () => {
    const row = keptAt('public/a.txt');
    expect(DocumentRow.parse(row)).toMatchObject({ visibility: 'public', wasPublic: true, state: 'kept' });
  });

  test('takes the strictest of place, document and staff', () => {
    expect(keptAt('public/a.txt', 'internal').visibility).toBe('internal');
    expect(keptAt('internal/a.txt', 'public').visibility).toBe('internal');
    expect(keptAt('elders/a.txt', 'public').visibility).toBe('internal');
    expect(corrected(keptAt('public/a.txt'), { visibility: 'internal' }, staff)?.visibility).toBe('internal');
  });

  test('keeps what staff hid when the upload is replaced, deleted and put again', () => {
    const hidden = corrected(keptAt('public/a.txt'), { visibility: 'internal' }, staff);
    const tombstone = removed(hidden, uploaded);
    expect(tombstone).toMatchObject({
      document: null,
      upload: null,
      corrections: { visibility: 'internal' },
    });
    expect(keptAt('public/a.txt', 'public', tombstone).visibility).toBe('internal');
  });

  test('changes nothing when nothing happened', () => {
    const row = keptAt('public/a.txt');
    const tombstone = removed(row, uploaded);
    expect(removed(tombstone, uploaded)).toBeUndefined();
    expect(removed(undefined, uploaded)).toBeUndefined();
    expect(corrected(row, {}, staff)).toBeUndefined();
    expect(caughtUp(row, tombstone, at)).toBeUndefined();
    expect(mended(row, at)).toBeUndefined();
  });

  test('says who did what, and what it was before and after', () => {
    const row = corrected(keptAt('public/a.txt'), { title: 'Eerst', keywords: ['wonen', 'zorg'] }, staff);
    const next = row && corrected(row, { title: 'Later' }, { ...staff, by: 'een-ander' });
    expect(next?.history.slice(-2)).toEqual([
      {
        at: at.toISOString(),
        what: 'corrected',
        by: 'een-medewerker',
        from: { title: null, keywords: null },
        to: { title: 'Eerst', keywords: ['wonen', 'zorg'] },
      },
      {
        at: at.toISOString(),
        what: 'corrected',
        by: 'een-ander',
        from: { title: 'Eerst', keywords: ['wonen', 'zorg'] },
        to: { title: 'Later', keywords: null },
      },
    ]);
    expect(keptAt('public/a.txt').history.map(({ what, by }) => `${what} ${by}`)).toEqual([
      'received upload',
      'read upload',
      'kept upload',
    ]);
  });

  test('keeps a title whole, and cuts what is long between two letters', () => {
    const title = 'é'.repeat(500);
    const titled = corrected(keptAt('public/a.txt'), { title }, staff);
    expect(titled?.history.at(-1)?.to).toEqual({ title });
    const many = Array.from({ length: 900 }, () => '🚲'.repeat(20));
    const long = corrected(keptAt('public/a.txt'), { title, themes: many, keywords: many }, staff);
    const { title: cut, keywords = [] } = long?.history.at(-1)?.to ?? {};
    expect(cut).toMatch(/^é+…$/);
    expect(keywords).toEqual([many[0], many[0], many[0], many[0], '…']);
  });

  test('stays far below what DynamoDB takes of an item, whatever staff correct', () => {
    const names = Array.from({ length: 200 }, (_, n) => `${n} ${'€'.repeat(250)}`);
    let row = keptAt('public/a.txt');
    for (let n = 0; n < 40; n++) {
      const title = `${n}${'€'.repeat(480)}`;
      row = corrected(row, n % 2 ? { title } : { title, themes: names, keywords: names }, staff) ?? row;
    }
    expect(row.history).toHaveLength(historyLimit);
    expect(Buffer.byteLength(JSON.stringify(row.history))).toBeLessThan(
      historyLimit * (2 * longestSide + 300),
    );
  });
});

describe('A reading that began', () => {
  const attempt = { version: 'v', deaths: 1, isAlone: true, inHandSince: at.toISOString() };
  const begin = (row?: DocumentRow) =>
    readingBegun(row, { key: 'public/a.txt', lastModified: at, attempt }, at);

  test('changes nothing of what is shown, and contradicts nothing', () => {
    const row = keptAt('public/a.txt');
    expect(begin(row)).toEqual({ ...row, attempt });
    expect(begin()).toMatchObject({ state: 'received', visibility: 'internal', wasPublic: false, attempt });
    expect(begin().pendingSince).toBeUndefined();
    expect(contradictsItself(begin())).toBe(false);
    expect(DocumentRow.parse(begin())).toEqual(begin());
  });

  test('is over when the upload was read, is gone or was moved; a correction meanwhile does not end it', () => {
    const begun = begin(keptAt('public/a.txt'));
    const moving = { source: begun, key: 'internal/a.txt', etag: 'a', corrections: {}, settled: undefined };
    expect(keptAt('public/a.txt', null, begun).attempt).toBeUndefined();
    expect(removed(begun, uploaded)?.attempt).toBeUndefined();
    expect(moved(undefined, moving, staff).attempt).toBeUndefined();
    expect(corrected(begun, { title: 'Nieuw' }, staff)?.attempt).toEqual(attempt);
  });

  test('stands in a refusal for what the file did to its readers, and in no other', () => {
    const given = { ...read('public/a.txt'), refusal: 'crashed' as const };
    expect(refused(begin(), { ...given, attempt }, uploaded).attempt).toEqual(attempt);
    expect(refused(begin(), given, uploaded).attempt).toBeUndefined();
  });
});

describe('A row that contradicts itself', () => {
  const row = keptAt('public/a.txt');
  const searchable = applied(row, at);
  const wrong: [string, DocumentRow][] = [
    ['is public though staff hid it', { ...searchable, corrections: { visibility: 'internal' } }],
    ['is public though its file says internal', { ...searchable, document: document('internal') }],
    ['is public in a place that is not', { ...searchable, key: 'internal/a.txt' }],
    ['is internal though everything says public', { ...searchable, visibility: 'internal' }],
    ['is public and never was', { ...searchable, wasPublic: false }],
    ['waits to be found, and for nothing', { ...row, pendingSince: undefined }],
    ['is removed and has a document', { ...searchable, state: 'removed' }],
    ['is refused and has a document', { ...searchable, state: 'refused' }],
    ['is searchable without a document', { ...searchable, document: null }],
    [
      'is refused, hidden by staff, and public',
      {
        ...refused(undefined, { ...read('public/a.txt'), refusal: 'corrupt' }, uploaded),
        corrections: { visibility: 'internal' },
      },
    ],
    [
      'is being moved, and nothing takes that up',
      { ...searchable, movedFrom: { key: 'internal/a.txt', done: false } },
    ],
  ];

  test.each(wrong)('is found and mended when it %s', (_how, contradictory) => {
    expect(contradictsItself(contradictory)).toBe(true);
    const next = mended(contradictory, at);
    expect(next && contradictsItself(next)).toBe(false);
    expect(next?.revision).toBeGreaterThan(contradictory.revision);
    expect(next?.pendingSince).toBeDefined();
  });
});

describe('A row as version 0.1.0 stored it', () => {
  const stored: unknown[] = JSON.parse(readFileSync(new URL('rows-of-0.1.0.json', import.meta.url), 'utf8'));
  const rows = stored.map((item) => DocumentRow.parse(item));

  test('is read with all that it tells', () => {
    expect(rows).toHaveLength(14);
    for (const [n, row] of rows.entries()) expect(stored[n]).toMatchObject(row);
    expect(new Set(rows.map(({ state }) => state)).size).toBe(5);
  });

  test('contradicts itself nowhere', () => {
    expect(rows.filter(contradictsItself).map(({ key }) => key)).toEqual([]);
  });

  test.each(rows.map((row) => [row.key, row] as const))('goes on from there: %s', (key, row) => {
    const next = corrected(row, { ...row.corrections, title: 'Nieuw', visibility: 'internal' }, staff);
    expect(next).toMatchObject({ visibility: 'internal', revision: expect.any(Number) });
    const back = keptAt(key, null, next);
    expect(DocumentRow.parse(back)).toMatchObject({ state: 'kept', corrections: { title: 'Nieuw' } });
    expect(back.history.at(-1)).toMatchObject({ what: 'kept', by: 'upload' });
  });
});

/**
 * A document below `internal/` and the place below `public/` that it may be moved to, in a store that refuses what was
 * made from an old row. Every step may be the last before its process dies, and others may come between two.
 */
class TwoPlaces {
  readonly source = 'internal/stuk.txt';
  readonly target = 'public/stuk.txt';
  readonly rows = new Map<string, DocumentRow>();
  readonly objects = new Map<string, string>();
  /** What stands still between two steps, and may go on later or never. */
  readonly underWay: Generator<void>[] = [];
  /** Whether staff's last word on the document, as far as any row heard it, is that it is internal. */
  isHidden = false;
  /** Whether something else came to either place since the move began, so that there are two documents. */
  isAnother = false;
  #clock = at.getTime();
  #version = 0;

  now = () => new Date(this.#clock++);
  cause = (by: string): Cause => ({ at: this.now(), by });

  write(next: DocumentRow | undefined, before: DocumentRow | undefined): void {
    if (!next) return;
    if (this.rows.get(next.key)?.revision !== before?.revision)
      throw new RevisionConflictError('Another was first');
    check(next, before);
    this.rows.set(next.key, next);
  }

  mark(key: string, change: (row: DocumentRow) => DocumentRow): void {
    const row = this.rows.get(key);
    if (!row) return;
    const next = change(row);
    expect(next.revision).toBe(row.revision);
    expect(effectiveVisibility(next)).toBe(effectiveVisibility(row));
    this.rows.set(key, next);
  }

  put(key: string): void {
    if (this.rows.get(this.target)?.movedFrom) this.isAnother = true;
    this.objects.set(key, `${++this.#version}`);
  }

  look(key: string, says: Visibility | null | 'refused' | 'dies'): void {
    const row = this.rows.get(key);
    const etag = this.objects.get(key);
    if (etag === undefined) {
      const isUnderWay = row?.state === 'received' && row.movedFrom?.done === false;
      if (!isUnderWay) this.write(removed(row, this.cause('upload')), row);
      return;
    }
    const cause = this.cause('upload');
    const attempt = { version: etag, deaths: 0, isAlone: false, inHandSince: cause.at.toISOString() };
    const begin = (before?: DocumentRow) =>
      readingBegun(before, { key, lastModified: at, attempt }, cause.at);
    if (row) this.mark(key, begin);
    else this.write(begin(), undefined);
    // Some die of what they read.
    if (says === 'dies') return;
    const begun = this.rows.get(key);
    const next =
      says === 'refused'
        ? refused(begun, { ...read(key, etag), refusal: 'corrupt' }, cause)
        : kept(
            begun,
            { ...read(key, etag), document: document(says), notes: [], sha256: etag, isHidden: false },
            cause,
          );
    this.write(next, begun);
  }

  /** Staff hide the document, of which they may hold the source's row or the target's. */
  *hide(key: string): Generator<void> {
    const row = this.rows.get(key);
    yield;
    if (!row || (row.state === 'removed' && !hasMovedAway(row))) return;
    const next = row.state === 'removed' ? undefined : corrected(row, hidden(row), this.cause('staf'));
    if (row.state !== 'removed') {
      this.write(next, row);
      // Hidden already when it was read: if staff made it public since, that came after this.
      if (next || this.rows.get(key) === row) this.isHidden = true;
    }
    yield;
    const target = this.rows.get(this.target);
    if (key === this.target || target?.movedFrom?.key !== key || target.state === 'removed') return;
    if (target.movedFrom.done && !hasMovedAway(row)) return;
    this.write(caughtUp(target, next ?? row, this.now()), target);
    yield;
    yield* this.hide(this.target);
  }

  *makePublic(): Generator<void> {
    const row = this.rows.get(this.source);
    const target = this.rows.get(this.target);
    yield;
    const isResumed = target?.state === 'received' && target.movedFrom?.key === this.source;
    if (!row || row.state === 'removed' || row.document?.visibility === 'internal') return;
    if (target && target.state !== 'removed' && !isResumed) return;
    const etag = row.upload?.etag;
    if (this.objects.get(this.source) !== etag || (this.objects.has(this.target) && !isResumed)) return;
    const decided = unhidden(row, this.cause('staf'));
    this.write(decided, row);
    if (decided) this.isHidden = false;
    yield;
    const parts = { source: decided ?? row, key: this.target, etag, corrections: {}, settled: row.settled };
    this.write(moved(target, parts, this.cause('staf')), target);
    // Unless they hid it since it was asked for.
    this.isHidden = this.rows.get(this.source)?.corrections.visibility === 'internal';
    yield;
    yield* this.finishMove();
  }

  *finishMove(): Generator<void> {
    const row = this.rows.get(this.target);
    if (!row?.movedFrom || row.movedFrom.done) return;
    const { movedFrom } = row;
    this.write(caughtUp(row, this.rows.get(this.source), this.now()), row);
    yield;
    const present = this.objects.get(this.source);
    if (present !== undefined && present !== movedFrom.etag) {
      const moving = this.rows.get(this.target);
      this.write(moveAbandoned(moving, movedFrom, this.now()), moving);
      return;
    }
    if (present !== undefined) this.objects.set(this.target, present);
    yield;
    if (this.objects.get(this.source) !== present) return;
    this.objects.delete(this.source);
    yield;
    const source = this.rows.get(this.source);
    const away = movedAway(source, { to: this.target, etag: movedFrom.etag }, this.cause('system'));
    this.write(away, source);
    yield;
    const moving = this.rows.get(this.target);
    const end = { key: this.source, source: this.rows.get(this.source) };
    this.write(moveFinished(moving, end, this.now()), moving);
  }
}

const hidden = ({ corrections }: DocumentRow) => ({ ...corrections, visibility: 'internal' as const });

/** What holds of every row that is written, whatever was written before it. */
function check(next: DocumentRow, before: DocumentRow | undefined): void {
  const stored = DocumentRow.parse(next);
  const { key, state, document: held, corrections, visibility, history } = stored;
  expect(contradictsItself(stored)).toBe(false);
  expect(next.revision).toBeGreaterThan(before?.revision ?? 0);
  expect(history.length).toBeLessThanOrEqual(historyLimit);
  if (visibility === 'public') {
    expect(key).toMatch(/^public\//);
    expect([null, undefined, 'public']).toContain(held?.visibility);
    expect(corrections.visibility).toBeUndefined();
  }
  if (held && visibility === 'public') expect(stored.wasPublic).toBe(true);
  if (before?.wasPublic) expect(stored.wasPublic).toBe(true);
  if (state === 'removed') expect({ held, upload: stored.upload }).toEqual({ held: null, upload: null });
  const isShown = held !== null && before?.visibility !== visibility;
  const isGone = held === null && (before?.document ?? null) !== null;
  if (isShown || isGone) expect(stored.pendingSince).toBeDefined();
}

const places = ['source', 'target'] as const;
const changes = ['apply', 'fail', 'resend', 'outrank', 'clear'] as const;
type Change = (typeof changes)[number];
const place = fc.constantFrom(...places);
const often = <A>(arbitrary: fc.Arbitrary<A>) => ({ weight: 3, arbitrary });
const seldom = <A>(arbitrary: fc.Arbitrary<A>) => ({ weight: 1, arbitrary });
const steps = fc.integer({ min: 0, max: 8 });
const action = fc.oneof(
  seldom(fc.record({ does: fc.constant('put' as const), place })),
  seldom(fc.record({ does: fc.constant('delete' as const), place })),
  seldom(
    fc.record({
      does: fc.constant('look' as const),
      place,
      says: fc.constantFrom(null, ...(['public', 'internal', 'refused', 'dies'] as const)),
    }),
  ),
  often(fc.record({ does: fc.constant('hide' as const), place, steps })),
  often(fc.record({ does: fc.constant('makePublic' as const), steps })),
  seldom(fc.record({ does: fc.constant('finishMove' as const), steps })),
  often(fc.record({ does: fc.constant('goOn' as const), which: fc.nat({ max: 9 }), steps })),
  seldom(fc.record({ does: fc.constantFrom(...changes), place })),
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** Takes so many steps of what is under way; being overtaken ends it. */
function take(steps: Generator<void>, count: number): void {
  try {
    for (let n = 0; n < count && !steps.next().done; n++);
  } catch (error) {
    if (!(error instanceof RevisionConflictError)) throw error;
  }
}

function carryOut(on: TwoPlaces, one: Action): void {
  if (one.does === 'goOn') {
    const [standing] = on.underWay.splice(one.which % Math.max(1, on.underWay.length), 1);
    if (standing) begin(on, standing, one.steps);
  } else if (one.does === 'makePublic' || one.does === 'finishMove') begin(on, on[one.does](), one.steps);
  else if (one.does === 'hide') begin(on, on.hide(on[one.place]), one.steps);
  else if (one.does === 'put') on.put(on[one.place]);
  else if (one.does === 'delete') on.objects.delete(on[one.place]);
  else if (one.does === 'look') on.look(on[one.place], one.says);
  else change(on, one.does, on[one.place]);
}

function begin(on: TwoPlaces, steps: Generator<void>, count: number): void {
  take(steps, count);
  on.underWay.push(steps);
}

function change(on: TwoPlaces, does: Change, key: string): void {
  const row = on.rows.get(key);
  const failure = { at: on.now().toISOString(), step: 'ingest-document' as const, why: 'Error', etag: null };
  if (does === 'fail' && !row) on.write(givenUp(key, failure), undefined);
  else if (does === 'fail') on.mark(key, (given) => failed(given, failure));
  else if (does === 'resend') on.mark(key, (pending) => resent(pending, 1, on.now()));
  else if (does === 'apply') {
    on.mark(key, (shown) => (shown.state === 'received' ? shown : applied(shown, on.now())));
  } else if (does === 'outrank') on.write(row && outranked(row, on.now()), row);
  else on.write(row?.failure && failureCleared(row, on.now()), row);
}

describe('Whatever happens, in whatever order, and wherever a process dies', () => {
  test('no row contradicts itself, and what staff hid is not public once its move has ended', () => {
    let publicAfterMove = 0;
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 25 }), (actions) => {
        const on = new TwoPlaces();
        on.put(on.source);
        on.look(on.source, null);
        for (const one of actions) carryOut(on, one);
        take(on.finishMove(), 10);
        on.look(on.target, null);
        const target = on.rows.get(on.target);
        if (!target?.movedFrom?.done || !target.document) return;
        if (target.visibility === 'public') publicAfterMove++;
        if (on.isHidden && !on.isAnother) expect(target.visibility).toBe('internal');
      }),
      { numRuns: 3000 },
    );
    expect(publicAfterMove).toBeGreaterThan(0);
  });

  test('a row that comes out of a backup holds no document until its upload comes', () => {
    const waiting = restored(undefined, { key: 'public/a.txt', corrections: { title: 'Ooit' } }, staff);
    expect(waiting).toMatchObject({ state: 'removed', document: null, corrections: { title: 'Ooit' } });
    expect(waiting?.pendingSince).toBeUndefined();
    expect(keptAt('public/a.txt', null, waiting).corrections).toEqual({ title: 'Ooit' });
  });
});

/** What functions tell CloudWatch, in the form that it makes metrics of. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineHealth } from '../../functions/canary/engine-health.ts';
import { timeToSearchable } from '../../functions/index-documents/time-to-searchable.ts';
import { measureSearch } from '../../functions/middleware/measure-search.ts';
import { type Measurement, makeMetrics, publish } from '../../functions/middleware/measurements.ts';
import type { SearchIndex, SearchRequest, SearchResult } from '../../search-index/search-index.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { row } from '../catalogue/row.ts';

const lines: unknown[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('A measurement', () => {
  test('is one of its function, in its unit', () => {
    publish(makeMetrics('sweep-pending'), [{ name: 'PendingRows', value: 3 }]);
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Vindplaats',
              Dimensions: [['service']],
              Metrics: [{ Name: 'PendingRows', Unit: 'Count' }],
            },
          ],
        },
        service: 'sweep-pending',
        PendingRows: 3,
      },
    ]);
  });

  test('with a further dimension is counted in all and by that dimension', () => {
    publish(makeMetrics('ingest-document'), [{ name: 'Refused', value: 1, by: { reason: 'encrypted' } }]);
    expect(lines).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Dimensions: [['service'], ['service', 'reason']] }] },
        service: 'ingest-document',
        reason: 'encrypted',
        Refused: 1,
      },
    ]);
  });

  test('that is not there writes no line, nor does any on a person’s screen', () => {
    publish(makeMetrics('sweep-pending'), []);
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    publish(makeMetrics('sweep-pending'), [
      { name: 'PendingRows', value: 3 },
      { name: 'Refused', value: 1, by: { reason: 'corrupt' } },
    ]);
    expect(lines).toEqual([]);
  });
});

describe('A search', () => {
  const request: SearchRequest = {
    q: 'geheim woord',
    filters: { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] },
    sort: 'relevance',
    page: 1,
    size: 10,
    prefix: true,
  };
  const measured = (answer: () => Promise<SearchResult>): SearchIndex =>
    measureSearch({ ...notAsked, search: answer }, 'public-api');

  test('tells how long it took, and never for what it was', async () => {
    await measured(async () => resultOf(2)).search(request);
    expect(lines).toMatchObject([{ SearchLatency: expect.any(Number) }]);
    expect(JSON.stringify(lines)).not.toMatch(/SearchEmpty|geheim/);
  });

  test('that finds nothing is counted, except where nothing was asked', async () => {
    const index = measured(async () => resultOf(0));
    await index.search(request);
    await index.search({ ...request, q: ' ' });
    expect(lines.map((line) => JSON.stringify(line).includes('"SearchEmpty":1'))).toEqual([true, false]);
  });

  test('that the engine does not answer is counted, and fails as before', async () => {
    const index = measured(() => Promise.reject(new UnavailableError('The engine')));
    await expect(index.search(request)).rejects.toThrow(UnavailableError);
    expect(lines).toMatchObject([{ SearchFailed: 1 }]);
    expect(JSON.stringify(lines)).not.toContain('SearchLatency');
  });
});

describe('The way to searchable', () => {
  const at = (seconds: number) => new Date(Date.UTC(2024, 4, 1, 10, 0, seconds)).toISOString();
  const now = new Date(at(9));
  const kept = (more: Partial<DocumentRow> = {}): DocumentRow =>
    row('public/a.txt', {
      pendingSince: at(4),
      upload: {
        etag: 'e',
        size: 1,
        lastModified: at(2),
        metadataHash: 'm',
        sidecarEtag: null,
        sequencer: null,
        source: null,
        readerVersion: 1,
      },
      document: { hash: 'h', kind: 'article', title: 'A', publishedOn: null, visibility: null },
      history: [
        { at: at(2), what: 'received' },
        { at: at(4), what: 'read' },
        { at: at(4), what: 'kept' },
      ],
      ...more,
    });
  const names = (measurements: readonly Measurement[]) =>
    measurements.map(({ name, value }) => [name, value]);

  test('is measured from the upload', () => {
    expect(names(timeToSearchable(kept(), now))).toEqual([
      ['ChangeToSearchable', 5000],
      ['UploadToSearchable', 7000],
    ]);
  });

  test('of a correction, or of an old upload that is read anew, says nothing of uploads', () => {
    const { history } = kept();
    for (const later of [
      [{ at: at(5), what: 'corrected' as const }],
      [
        { at: at(2), what: 'received' as const },
        { at: at(6), what: 'kept' as const },
      ],
    ]) {
      const measured = timeToSearchable(kept({ history: [...history, ...later] }), now);
      expect(names(measured)).toEqual([['ChangeToSearchable', 5000]]);
    }
  });

  test('is over for a row that was shown before', () => {
    const { pendingSince: _shown, ...shown } = kept();
    expect(timeToSearchable(shown, now)).toEqual([]);
  });
});

test('An engine that does not answer is not searchable, while the other collection still tells what it holds', async () => {
  const measured = await engineHealth({
    public: { health: () => Promise.reject(new UnavailableError('The engine')) },
    archive: { health: async () => ({ searchable: true, documents: 7 }) },
  });
  expect(measured).toEqual([
    { name: 'EngineSearchable', value: 0, by: { collection: 'public' } },
    { name: 'EngineSearchable', value: 1, by: { collection: 'archive' } },
    { name: 'IndexedDocuments', value: 7, by: { collection: 'archive' } },
  ]);
});

const resultOf = (total: number): SearchResult => ({
  total,
  degraded: false,
  relaxed: false,
  didYouMean: null,
  hits: [],
  facets: { theme: [], keyword: [], organisation: [], kind: [], year: [], series: [] },
});

const never = () => Promise.reject(new Error('Only searches are measured'));
const notAsked: SearchIndex = {
  apply: never,
  search: never,
  suggest: never,
  values: never,
  document: never,
  titles: never,
  entries: () => (async function* () {})(),
  health: never,
  aside: { apply: never, find: never, entries: () => (async function* () {})(), health: never },
  markFilled: never,
  beginAside: never,
  promote: never,
  close: never,
};

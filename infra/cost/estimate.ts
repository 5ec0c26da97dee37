/** What a month costs, from unit prices and a few numbers about how Vindplaats is used. Of AWS's free allowances, only those for alarms and metrics are in it. */
import prices from './prices.json' with { type: 'json' };

export type Prices = typeof prices;
export type EngineChoice = 'meilisearch' | 'external' | 'embedded';

export interface Use {
  readonly engine: EngineChoice;
  readonly documents: number;
  /** A month. */
  readonly searches: number;
}

/** Guesses where nothing was measured; change them to those of an archive. */
export const assumptions = {
  /** Megabytes of an upload. */
  uploadSize: 0.5,
  /** Kilobytes of what was read of it, as JSON. */
  documentSize: 30,
  /** Kilobytes of its rows in the catalogue. */
  rowSize: 4,
  /** Of all documents, the part that is new or changes in a month. */
  changed: 0.1,
  /** Kilobytes of index for a document. */
  indexSize: 60,
  /** Requests for suggestions while one search is typed. */
  suggestionsPerSearch: 3,
  /** Kilobytes that one search sends to the browser, page and suggestions together. */
  sentPerSearch: 40,
  /** Of the requests, the part that CloudFront answers by itself. */
  cached: 0.1,
  /** Seconds that a function takes. */
  seconds: {
    ingest: 2,
    index: 0.5,
    searchServer: 0.06,
    searchEmbedded: 0.05,
    sweep: 0.15,
    keys: 0.3,
    glance: 0.05,
    canary: 3,
  },
  /** Gigabytes of memory of a function. */
  memory: { ingest: 1.73, searching: 1, searchingEmbedded: 1.73, small: 0.25 },
  /** Of the embedded engine, as `npm run bench:snapshots` measures it. */
  snapshot: {
    /** Kilobytes of its file for a document. */
    size: 13,
    /** Kilobytes that are uploaded in one request. */
    part: 8_400,
    /** Seconds of one write, and of it for each document that is there. */
    write: 0.1,
    writePerDocument: 0.0003,
    /** Documents that are written together on average, of those that people upload. */
    together: 5,
  },
  /** Kilobytes of log for one call of a function, and for one request of the API. */
  logPerCall: 1,
  logPerRequest: 0.4,
  /** Documents that reconcile-index compares in a second. */
  comparedPerSecond: 2_000,
  /** Metrics that functions publish in an hour on average; each reason of a refusal and each collection is one. */
  customMetrics: 23,
} as const;

/** What the stack holds of each; a test counts them in the template. */
export const counted: Readonly<Record<EngineChoice, { alarmMetrics: number; secrets: number }>> = {
  meilisearch: { alarmMetrics: 40, secrets: 5 },
  external: { alarmMetrics: 37, secrets: 4 },
  embedded: { alarmMetrics: 34, secrets: 0 },
};

/** Beyond this the embedded engine takes longer for its first answer than a visitor waits, and for each write. */
export const mostEmbedded = 5_000;

const hours = 730;
const minutes = hours * 60;
const million = 1_000_000;
const kilobytesPerGigabyte = million;

/** Long polling by the five pollers that Lambda keeps for each queue, three times a minute. */
const pollsPerQueue = minutes * 3 * 5;

export interface Estimate {
  /** Dollars a month, by what they are paid for. */
  readonly parts: Readonly<Record<string, number>>;
  readonly month: number;
  /** Dollars, once, for the first import of all documents. */
  readonly firstImport: number;
}

export function estimate(use: Use, price: Prices): Estimate {
  const changing = perChange(use.engine, price) + snapshotWrites(use, price) / assumptions.snapshot.together;
  const parts = {
    engine: enginePrice(use, price),
    'changing documents': use.documents * assumptions.changed * changing,
    keeping: keeping(use.documents, price),
    comparing: comparing(use, price),
    searching: use.searches * perSearch(use.engine, price),
    'standing by': standingBy(use, price),
  };
  return {
    parts,
    month: Object.values(parts).reduce((sum, part) => sum + part, 0),
    firstImport: use.documents * changing,
  };
}

/** The machine that holds so many documents. */
export function serverFor(documents: number): {
  readonly type: keyof Prices['serverHour'];
  readonly volume: number;
} {
  return documents > 20_000 ? { type: 't4g.medium', volume: 40 } : { type: 't4g.small', volume: 20 };
}

function enginePrice({ engine, documents }: Use, price: Prices): number {
  if (engine !== 'meilisearch') return 0;
  const { type, volume } = serverFor(documents);
  const index = gigabytes(documents * assumptions.indexSize);
  return (
    price.serverHour[type] * hours +
    // The root disk too.
    (volume + 10) * price.volumeGigabyteMonth +
    // A week of snapshots that share most of what they hold, and a week of Meilisearch's own, which share nothing.
    2 * index * price.volumeSnapshotGigabyteMonth +
    8 * index * price.s3GigabyteMonth
  );
}

/** An upload that is put or replaced, until it can be found. */
function perChange(engine: EngineChoice, price: Prices): number {
  const { seconds, memory } = assumptions;
  return (
    call(seconds.ingest, memory.ingest, price) +
    call(seconds.index, memoryOf(engine), price) +
    // What lies beside an upload is listed twice, and listing costs what writing does.
    (5 * price.s3WritesThousand + 3 * price.s3ReadsThousand) / 1_000 +
    // Each write of a row is one for every kilobyte of it.
    (3 * assumptions.rowSize * price.dynamoWritesMillion + 6 * price.dynamoReadsMillion) / million +
    (6 * price.sqsRequestsMillion + price.eventBridgeEventsMillion) / million
  );
}

/** Both collections, each a whole file in parts, its pointer, and a look at what else lies there. */
function snapshotWrites({ engine, documents }: Use, price: Prices): number {
  if (engine !== 'embedded') return 0;
  const { size, part, write, writePerDocument } = assumptions.snapshot;
  const seconds = write + documents * writePerDocument;
  const requests = Math.ceil((documents * size) / part) + 4;
  return 2 * (call(seconds, memoryOf(engine), price) + (requests * price.s3WritesThousand) / 1_000);
}

function keeping(documents: number, price: Prices): number {
  const uploads = (documents * assumptions.uploadSize) / 1_000;
  const read = gigabytes(documents * assumptions.documentSize);
  const rows = gigabytes(documents * assumptions.rowSize);
  // What was replaced is kept for a quarter.
  const replaced = uploads * assumptions.changed * 3;
  return (
    (uploads + replaced + read) * price.s3GigabyteMonth +
    rows * (price.dynamoGigabyteMonth + price.dynamoPointInTimeGigabyteMonth)
  );
}

function perSearch(engine: EngineChoice, price: Prices): number {
  const { seconds, memory, suggestionsPerSearch, cached, sentPerSearch, logPerRequest } = assumptions;
  const requests = 1 + suggestionsPerSearch;
  const answering =
    engine === 'embedded'
      ? call(seconds.searchEmbedded, memory.searchingEmbedded, price)
      : call(seconds.searchServer, memory.searching, price);
  return (
    (requests * price.cloudFrontRequestsMillion) / million +
    gigabytes(sentPerSearch) * price.cloudFrontGigabyte +
    requests *
      (1 - cached) *
      (price.httpApiRequestsMillion / million + answering + gigabytes(logPerRequest) * price.logsGigabyte)
  );
}

/** Every hour all rows, uploads and entries of the index are compared. */
function comparing({ engine, documents }: Use, price: Prices): number {
  const memory = memoryOf(engine);
  const rowReads = documents * Math.ceil(assumptions.rowSize / 4);
  // Both buckets, a thousand names at a time.
  const listings = 2 * Math.ceil(documents / 1_000);
  return (
    hours *
    (call(documents / assumptions.comparedPerSecond, memory, price) +
      (rowReads * price.dynamoReadsMillion) / million +
      (listings * price.s3WritesThousand) / 1_000)
  );
}

function memoryOf(engine: EngineChoice): number {
  return engine === 'embedded' ? assumptions.memory.searchingEmbedded : assumptions.memory.searching;
}

/** What is paid when nobody does anything. */
function standingBy(use: Use, price: Prices): number {
  const { engine } = use;
  const { seconds, memory, customMetrics } = assumptions;
  const { alarmMetrics, secrets } = counted[engine];
  const keyChecks = secrets > 0 ? minutes / 5 : 0;
  return (
    minutes * (call(seconds.sweep, memory.small, price) + price.dynamoReadsMillion / million) +
    // Whether there is something to compare or to build anew.
    2 * minutes * (call(seconds.glance, memoryOf(engine), price) + (2 * price.dynamoReadsMillion) / million) +
    // Put and removed again; the site is asked as by less than one visitor.
    (minutes / 15) *
      (call(seconds.canary, memoryOf(engine), price) +
        perSearch(engine, price) +
        2 * (perChange(engine, price) + snapshotWrites(use, price))) +
    keyChecks * (call(seconds.keys, memory.small, price) + (4 * price.secretReadsThousand) / 1_000) +
    2 * pollsPerQueue * (price.sqsRequestsMillion / million) +
    Math.max(0, alarmMetrics - price.alwaysFreeAlarmMetrics) * price.alarmMetricMonth +
    Math.max(0, customMetrics - price.alwaysFreeCustomMetrics) * price.customMetricMonth +
    secrets * price.secretMonth
  );
}

function call(seconds: number, gigabytesOfMemory: number, price: Prices): number {
  return (
    price.lambdaRequestsMillion / million +
    seconds * gigabytesOfMemory * price.lambdaArmGigabyteSecond +
    gigabytes(assumptions.logPerCall) * price.logsGigabyte
  );
}

function gigabytes(kilobytes: number): number {
  return kilobytes / kilobytesPerGigabyte;
}

/** Every layout in which a row or a canonical document was ever written is read, and goes on from there. */
import { describe, expect, test } from 'vitest';
import { DocumentRow } from '../../shared/catalogue/row.ts';
import { applied, contradictsItself, corrected } from '../../shared/catalogue/transitions.ts';
import { StoredDocument } from '../../shared/stored-document.ts';

const at = '2026-03-02T09:00:00.000Z';

const upload = {
  etag: '9b2cf535f27731c974343645a3985328',
  size: 812,
  lastModified: at,
  metadataHash: 'a'.repeat(64),
  sequencer: '0000000001',
  source: 'watch',
  readerVersion: 1,
};

/** As the first version wrote it. */
const first = {
  pk: 'document#aaaaaaaaaaaaaaaaaaaaaaaaaa',
  sk: 'document',
  ledger: 'upload',
  ledgerOrder: `${at}#aaaaaaaaaaaaaaaaaaaaaaaaaa`,
  id: 'aaaaaaaaaaaaaaaaaaaaaaaaaa',
  key: 'public/jaarverslag.txt',
  revision: 3,
  state: 'searchable',
  visibility: 'public',
  wasPublic: true,
  upload,
  document: {
    hash: 'b'.repeat(32),
    kind: 'article',
    title: 'Jaarverslag',
    publishedOn: '2026-02',
    visibility: null,
  },
  corrections: { title: 'Jaarverslag van de wijk' },
  refusal: null,
  notes: [{ code: 'unknown-fields', message: { nl: 'Onbekend veld.', en: 'Unknown field.' } }],
  history: [
    { at, what: 'received' },
    { at, what: 'kept', ms: 4 },
    { at, what: 'corrected' },
  ],
  movedFrom: null,
  receivedAt: at,
  updatedAt: at,
};

const withSidecar = { ...first, upload: { ...upload, sidecarEtag: 'c'.repeat(32), readerVersion: 2 } };

const layouts: Readonly<Record<string, object>> = {
  'without sidecars': first,
  'with the ETag of one sidecar': withSidecar,
  'with a failure, and sent again': {
    ...withSidecar,
    state: 'kept',
    pending: 'pending',
    pendingSince: at,
    failure: { at, step: 'index-documents', why: 'UnavailableError', etag: null },
    resent: { times: 2, at },
  },
  'with a move of which the source alone is known': {
    ...withSidecar,
    movedFrom: { key: 'internal/jaarverslag.txt', done: true },
  },
  'with a move of one version': {
    ...withSidecar,
    movedFrom: { key: 'internal/jaarverslag.txt', etag: upload.etag, done: true },
  },
  'with the corrections that a move began from': {
    ...withSidecar,
    state: 'kept',
    pending: 'pending',
    pendingSince: at,
    movedFrom: { key: 'internal/jaarverslag.txt', etag: upload.etag, done: false, corrections: {} },
  },
};

describe.each(Object.entries(layouts))('A row %s', (_name, stored) => {
  const row = DocumentRow.parse(stored);

  test('is read with all that it tells, and contradicts itself nowhere', () => {
    expect(stored).toMatchObject({ ...row, upload: { ...upload, readerVersion: row.upload?.readerVersion } });
    expect(row.upload?.sidecarEtag).not.toBeUndefined();
    expect(contradictsItself(row)).toBe(false);
  });

  test('is corrected and applied, and keeps what staff said before', () => {
    const next = corrected(row, { ...row.corrections, keywords: ['wijk'] }, { at: new Date(at), by: 'staf' });
    expect(next).toMatchObject({ corrections: { title: 'Jaarverslag van de wijk', keywords: ['wijk'] } });
    expect(DocumentRow.parse(applied(next ?? row, new Date(at)))).toMatchObject({ state: 'searchable' });
  });
});

const document = {
  schema: 1,
  kind: 'article',
  language: 'nl',
  title: { value: 'Jaarverslag', origin: 'heading' },
  publishedOn: null,
  summary: null,
  sourceUrl: null,
  series: null,
  themes: null,
  keywords: null,
  organisations: null,
  visibility: null,
  passages: [
    {
      anchor: { type: 'section', number: 1, heading: null },
      level: 1,
      blocks: [{ type: 'paragraph', text: 'De wijk groeit.' }],
    },
  ],
  notes: [],
};

describe('A canonical document', () => {
  test('of the first version is read as it was kept', () => {
    expect(StoredDocument.parse(document)).toEqual(document);
  });

  test('that holds a block without a visible sign is read without it', () => {
    const [passage] = document.passages;
    const blocks = [...(passage?.blocks ?? []), { type: 'paragraph', text: '\u00ad' }];
    const read = StoredDocument.parse({ ...document, passages: [{ ...passage, blocks }] });
    expect(read).toEqual(document);
  });

  test('with what was taken out of its text is read with it', () => {
    const newer = {
      ...document,
      headline: 'Het jaar in de wijk',
      metadataLines: [
        { field: 'keywords', value: 'wijk', blocks: [{ type: 'paragraph', text: 'Trefwoorden: wijk' }] },
      ],
      isVisibilityUnclear: true,
    };
    expect(StoredDocument.parse(newer)).toEqual(newer);
  });
});

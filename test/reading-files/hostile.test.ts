import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture, outcomeOf, textOfReading } from './read.ts';
import { forgeDocx, forgeZip } from './zip-forgery.ts';

const MB = 1_000_000;
const zeros = (megabytes: number) => new Uint8Array(megabytes * MB);
const xmlBomb = (megabytes: number) => `<a>${'<b/>'.repeat((megabytes * MB) / 4)}</a>`;

async function within(milliseconds: number, reading: Promise<unknown>): Promise<unknown> {
  const start = performance.now();
  const outcome = await reading;
  expect(performance.now() - start).toBeLessThan(milliseconds);
  return outcome;
}

describe('archives', () => {
  test.each([
    [
      'a bomb in a part that no reader asks for',
      forgeDocx('Dag.', [{ name: 'word/media/bom.bin', content: zeros(120) }]),
    ],
    [
      'a bomb that lies about its size',
      forgeDocx('Dag.', [{ name: 'word/media/bom.bin', content: zeros(120), declared: 10 }]),
    ],
    [
      'a bomb for a body that lies about its size',
      forgeZip([{ name: 'word/document.xml', content: xmlBomb(120), declared: 99 }]),
    ],
    [
      'many bombs of which none is too large',
      forgeDocx(
        'Dag.',
        Array.from({ length: 30 }, (_, at) => ({ name: `bom${at}`, content: zeros(5), declared: 1 })),
      ),
    ],
  ])('%s is too large, within 2 s', async (_, bytes) => {
    expect(await within(2_000, outcomeOf(bytes, 'a.docx'))).toBe('too-large');
  });

  test('entries that share their data are refused', async () => {
    const overlapping = Array.from({ length: 50 }, (_, at) => ({
      name: `deel${at}.xml`,
      content: zeros(1),
      overlaps: at > 0,
    }));
    expect(await within(2_000, outcomeOf(forgeDocx('Dag.', overlapping), 'a.docx'))).toBe('corrupt');
  });

  test('a thousand and one entries are too many', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => ({ name: `deel${at}`, content: 'x' }));
    expect(await within(2_000, outcomeOf(forgeDocx('Dag.', many), 'a.docx'))).toBe('too-many-entries');
    expect(await outcomeOf(forgeDocx('Dag.', many.slice(1)), 'a.docx')).toMatchObject({
      kind: 'publication',
    });
  });

  test('an archive within an archive is never opened', async () => {
    const inner = forgeDocx('Binnenste tekst.', [{ name: 'bom', content: zeros(90) }]);
    const outer = forgeDocx('Dag.', [{ name: 'word/embeddings/binnen.docx', content: inner }]);
    const reading = await within(2_000, outcomeOf(outer, 'a.docx'));
    expect(reading).toMatchObject({ passages: [{ blocks: [{ text: 'Dag.' }] }] });
  });

  test('a quine, whose content is itself, is one archive and no more', async () => {
    const self = forgeZip([{ name: 'r/r.zip', content: deflateRawSync(zeros(1)) }]);
    expect(await within(2_000, outcomeOf(self, 'r.docx'))).toBe('corrupt');
    expect(await within(2_000, outcomeOf(self, 'r.zip'))).toBe('unsupported-type');
  });

  test('an entry under a password', async () => {
    expect(
      await outcomeOf(forgeZip([{ name: 'word/document.xml', content: '<a/>', flags: 1 }]), 'a.docx'),
    ).toBe('encrypted');
  });

  test('an OpenDocument text under a password', async () => {
    const manifest = '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>';
    const bytes = forgeZip([
      { name: 'content.xml', content: zeros(0.01) },
      { name: 'META-INF/manifest.xml', content: manifest },
    ]);
    expect(await outcomeOf(bytes, 'a.odt')).toBe('encrypted');
  });
});

describe('nothing outside the file is opened', () => {
  let heard = 0;
  let folder = '';
  let address = '';
  const server = createServer((_, response) => {
    heard++;
    response.end('gehoord');
  });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vindplaats-'));
    await writeFile(join(folder, 'kanarie.txt'), 'KANARIE');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    address = `http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}`;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const cases: [string, () => { bytes: Uint8Array; key: string }][] = [
    [
      'an external entity that names a file',
      () => ({
        bytes: forgeDocx(
          'Dag &kanarie;',
          [],
          `<!DOCTYPE a [<!ENTITY kanarie SYSTEM "file://${folder}/kanarie.txt">]>`,
        ),
        key: 'a.docx',
      }),
    ],
    [
      'an external entity and document type that name an address',
      () => ({
        bytes: forgeDocx(
          'Dag &kanarie;',
          [],
          `<!DOCTYPE a PUBLIC "x" "${address}/x.dtd" [<!ENTITY % p SYSTEM "${address}/p">%p;<!ENTITY kanarie SYSTEM "${address}/k">]>`,
        ),
        key: 'a.docx',
      }),
    ],
    [
      'relationships to a template, an image and a frame outside',
      () => ({
        bytes: forgeDocx('Dag.', [
          {
            name: 'word/_rels/document.xml.rels',
            content: `<Relationships>${['attachedTemplate', 'image', 'frame', 'footnotes', 'styles'].map((type, at) => `<Relationship Id="r${at}" Type="http://x/${type}" Target="${at % 2 ? `${address}/r` : `file://${folder}/kanarie.txt`}" TargetMode="External"/>`).join('')}</Relationships>`,
          },
        ]),
        key: 'a.docx',
      }),
    ],
    [
      'a relationship that climbs out of the file',
      () => ({
        bytes: forgeDocx('Dag.', [
          {
            name: 'word/_rels/document.xml.rels',
            content: `<Relationships><Relationship Id="r" Type="http://x/footnotes" Target="../../../../../..${folder}/kanarie.txt"/></Relationships>`,
          },
        ]),
        key: 'a.docx',
      }),
    ],
    [
      'a page with images, scripts, frames, styles and a refresh',
      () => ({
        bytes: new TextEncoder().encode(
          `<!doctype html><html><head><base href="${address}/"><link rel="stylesheet" href="a.css"><meta http-equiv="refresh" content="0;url=${address}"><script src="a.js"></script><script>fetch("${address}")</script></head><body><p>Dag.</p><img src="a.png"><iframe src="file://${folder}/kanarie.txt"></iframe><object data="${address}/o"></object></body></html>`,
        ),
        key: 'a.html',
      }),
    ],
    [
      'a PDF with links, a launch action and a remote destination',
      () => ({
        bytes: pdfSaying(
          `/OpenAction << /S /URI /URI (${address}) >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.launchURL\\("${address}"\\)) >>] >> >>`,
        ),
        key: 'a.pdf',
      }),
    ],
  ];
  test.each(cases)('%s', async (_, make) => {
    const { bytes, key } = make();
    const reading = await outcomeOf(bytes, key);
    if (typeof reading === 'string') expect.fail(reading);
    expect(textOfReading(reading)).toMatch(/^Dag/);
    expect(JSON.stringify(reading)).not.toContain('KANARIE');
    expect(heard).toBe(0);
  });
});

test('entities that multiply are not expanded', async () => {
  const lines = Array.from({ length: 12 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
    '',
  );
  const bytes = forgeDocx('Dag &l12;', [], `<!DOCTYPE a [<!ENTITY l0 "lol">${lines}]>`);
  const reading = await within(2_000, outcomeOf(bytes, 'a.docx'));
  expect(JSON.stringify(reading).length).toBeLessThan(2_000);
});

test.each([
  ['docx', 100_000],
  ['html', 200_000],
])('%s that nests %i elements is read or refused', async (kind, depth) => {
  const bytes =
    kind === 'html'
      ? new TextEncoder().encode(`<!doctype html><html><body>${'<div>'.repeat(depth)}<p>Diep.</p>`)
      : forgeZip([{ name: 'word/document.xml', content: `<document><body>${'<p>'.repeat(depth)}` }]);
  const outcome = await within(10_000, outcomeOf(bytes, `a.${kind}`));
  expect(kind === 'html' ? outcome : { refused: outcome }).toMatchObject(
    kind === 'html' ? { passages: [{ blocks: [{ text: 'Diep.' }] }] } : { refused: 'corrupt' },
  );
});

describe('a name that says otherwise', () => {
  test.each([
    ['libreoffice-nieuwsbrief.docx', 'brief.pdf'],
    ['libreoffice-nieuwsbrief.pdf', 'brief.docx'],
    ['libreoffice-presentatie.pptx', 'brief.txt'],
    ['libreoffice-presentatie.odp', 'brief.odt'],
  ])('%s uploaded as %s is read for what it is', async (name, key) => {
    expect(await outcomeOf(fixture(name), key)).toMatchObject({
      kind: /presentatie/.test(name) ? 'presentation' : 'publication',
    });
  });

  test('a PDF behind other bytes, with an archive behind it, is read as the PDF', async () => {
    const polyglot = Buffer.concat([
      Buffer.from('GIF89a<!--\n'),
      fixture('libreoffice-nieuwsbrief.pdf'),
      forgeDocx('Dag.'),
    ]);
    expect(await outcomeOf(new Uint8Array(polyglot), 'a.gif')).toMatchObject({
      kind: 'publication',
      passages: [{ anchor: { type: 'page' } }, {}, {}, {}],
    });
  });
});

/** The smallest PDF that says "Dag", with more in its catalogue. */
function pdfSaying(catalogue: string): Uint8Array {
  const stream = 'BT /F1 12 Tf 50 700 Td (Dag allemaal) Tj ET';
  return new TextEncoder().encode(
    `%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R ${catalogue} >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj\n4 0 obj << /Length ${stream.length} >> stream\n${stream}\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF`,
  );
}

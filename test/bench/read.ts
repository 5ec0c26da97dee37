/**
 * `npm run bench:read`: documents and pages a second for each kind of file, read in isolated processes, and the most
 * memory that one of them took. The files are the fixtures; text and Markdown are made up here.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isolatedReader } from '../../functions/ingest-document/reading/isolated-reader.ts';
import { documentIn, fileToRead } from '../reading-files/read.ts';

const seconds = Number(process.argv[2] ?? 5);
const concurrency = Math.min(availableParallelism(), 4);
const fixtures = join(import.meta.dirname, '../fixtures');
const fixture = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(join(fixtures, name))) });
const made = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

const sentence =
  'De bewoners van de Zonnehof beslissen zelf hoe laat zij opstaan, en wie er bij het ontbijt is.';
const article = (mark: string) =>
  Array.from(
    { length: 12 },
    (_, at) => `${mark}Onderwerp ${at + 1}\n\n${Array(4).fill(sentence).join(' ')}\n`,
  ).join('\n');

const kinds = [
  { kind: 'text', goal: '500 documents/s', files: [made('artikel.txt', article(''))] },
  { kind: 'Markdown', goal: '500 documents/s', files: [made('artikel.md', article('## '))] },
  { kind: 'HTML', goal: '', files: [fixture('source/artikel.html'), fixture('pandoc-verslag.html')] },
  {
    kind: 'DOCX',
    goal: '40 documents/s',
    files: [fixture('libreoffice-nieuwsbrief.docx'), fixture('pandoc-verslag.docx')],
  },
  {
    kind: 'PPTX',
    goal: '40 documents/s',
    files: [fixture('libreoffice-presentatie.pptx'), fixture('pandoc-verslag.pptx')],
  },
  {
    kind: 'ODT, ODP',
    goal: '',
    files: [fixture('libreoffice-nieuwsbrief.odt'), fixture('libreoffice-presentatie.odp')],
  },
  {
    kind: 'PDF',
    goal: '150 pages/s',
    files: [
      fixture('libreoffice-nieuwsbrief.pdf'),
      fixture('groff-kolommen.pdf'),
      fixture('chromium-artikel.pdf'),
    ],
  },
];

for (const { kind, goal, files } of kinds) {
  const reader = isolatedReader({ concurrency });
  const readAll = () =>
    Promise.all(files.map(({ bytes, name }) => reader.read(fileToRead(bytes, `public/${name}`))));
  await Promise.all(Array.from({ length: concurrency * 4 }, readAll)); // Processes start and their code warms up.
  let documents = 0;
  let pages = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const file = files[documents % files.length];
        if (!file) return;
        documents++;
        const made = await reader.read(fileToRead(file.bytes, `public/${file.name}`));
        pages += documentIn(made).passages.length;
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  const peak = peakMemoryOfChildren();
  await reader.close();
  const perSecond = (count: number) => String(Math.round(count / elapsed)).padStart(6);
  console.log(
    `${kind.padEnd(10)}${perSecond(documents)} documents/s ${perSecond(pages)} passages/s   peak ${peak.padStart(4)} MB${goal && `   goal ${goal}`}`,
  );
}

/** The most resident memory that any child of this process has had, in MB, as Linux keeps it. */
function peakMemoryOfChildren(): string {
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
    const peaks = children
      .trim()
      .split(/\s+/)
      .map((pid) => {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
      });
    return String(Math.round(Math.max(...peaks) / 1024));
  } catch {
    return '?';
  }
}

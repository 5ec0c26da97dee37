/** Uploads that hang, flood or break what works on them, put where everyone puts theirs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type RunningVindplaats, startVindplaats } from '../browser/running-vindplaats.ts';

const hostile = {
  'public/zacht-streepje.txt': 'Titel\n\nEen tekst.\n\n\u00ad\n\nEinde.\n',
  'public/bestaat-uit-niets.txt': 'Titel\n\n\u00ad \u00ad\n\n\u2800\n\nEinde.\n',
  'public/streepjes.md': `# a${'-'.repeat(30_000)}b\n\nTekst.\n`,
  'public/streepjes-in-de-kop.md': `---\ntitle: a${'-'.repeat(400_000)}b\n---\n\nTekst.\n`,
  'public/trefwoorden.md': `---\nkeywords: ${'Surplus en '.repeat(250)}Zonnehof\n---\n\n# Lijst\n\nTekst.\n`,
  'public/reeks.md': '# Reeks\n\nTekst.\n',
  'public/reeks.md.meta.yaml': `series: ${'a'.repeat(900)}${','.repeat(900)}x\n`,
  'public/lege-regels.md': '# Regels\n\nTekst.\n',
  'public/lege-regels.md.meta.yaml': `x: [${'\n'.repeat(60_000)}a\n`,
  'public/commentaar.html': `${'<!-- -->'.repeat(500)}<p>Tekst.</p>`,
};
const neighbours = {
  'public/buur.md': '# Buurman\n\nDe kamperfoelie bloeit.\n',
  'internal/buur.md': '# Buurvrouw\n\nDe kamperfoelie bloeit.\n',
};
const uploads = Object.keys({ ...hostile, ...neighbours }).filter((key) => !key.endsWith('.meta.yaml'));

/** Many times what an answer takes on a busy machine, and less than one of these files takes to read. */
const stall = 15_000;

let vindplaats: RunningVindplaats;
beforeAll(async () => {
  vindplaats = await startVindplaats({ files: { ...hostile, ...neighbours }, documents: 0 });
}, 120_000);
afterAll(() => vindplaats.stop());

const Ledger = z.object({ uploads: z.array(z.object({ key: z.string(), state: z.string() })) });

async function states(): Promise<ReadonlyMap<string, string>> {
  const headers = { authorization: `Bearer ${vindplaats.token()}` };
  const response = await fetch(`${vindplaats.origin}/archive/uploads?size=50`, { headers });
  if (!response.ok) return new Map();
  const { uploads: ledger } = Ledger.parse(await response.json());
  return new Map(ledger.map(({ key, state }) => [key, state]));
}

test('each ends searchable or refused, its neighbours are found, and questions are answered all the while', async () => {
  const hasEnded = (state: string | undefined) => state === 'searchable' || state === 'refused';
  let seen: ReadonlyMap<string, string> = new Map();
  while (!uploads.every((key) => hasEnded(seen.get(key)))) {
    const health = await fetch(`${vindplaats.origin}/health`, { signal: AbortSignal.timeout(stall) });
    expect(health.status).toBe(200);
    seen = await states();
  }
  for (const key of Object.keys(neighbours)) expect(seen.get(key)).toBe('searchable');
}, 600_000);

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyseLine } from '../../search-index/dutch/analyse-command.ts';

test.each([
  ['zorgkantoren', 'zorgkantoren\tzorgkantoor\tzorg|kantoren'],
  ['cliëntenraad', 'cliëntenraad\tclientenraad\tcliënten|raad'],
  ['maatregel', 'maatregel\tmaatregel\tmaatregel'],
  ['subsidie-aanvraag', 'subsidie-aanvraag\tsubsidieaanvraag\tsubsidie-|aanvraag'],
  ['', '\t\t'],
  ['…', '…\t…\t…'],
])('%s', (line, expected) => expect(analyseLine(line)).toBe(expected));

test('the command answers line for line, whatever comes in', () => {
  const command = fileURLToPath(new URL('../../search-index/dutch/analyse-command.ts', import.meta.url));
  const odd = Buffer.concat([
    Buffer.from('verpleeghuizen\r\n\n'),
    Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
    Buffer.from(`${'zorg'.repeat(50_000)}\nlaatste`),
  ]);
  const { stdout, status } = spawnSync(process.execPath, [command], { input: odd, maxBuffer: 1e8 });
  const lines = stdout.toString().trimEnd().split('\n');
  expect(status).toBe(0);
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe('verpleeghuizen\tverpleeghuis\tverpleeg|huizen');
  expect(lines[4]).toBe('laatste\tlaatste\tlaatste');
});

/** `npm run backup -- FILE`: writes staff's corrections and the vocabulary of a running Vindplaats to a file. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { downloadBackup } from './back-up-client.ts';
import { exitWith, PlainError } from './plain-error.ts';
import { writePrivateFile } from './private-file.ts';
import { staffApi } from './staff-command.ts';

const help = `Usage: npm run backup -- [FILE] [options]

Writes what staff made and no upload holds (corrections and the vocabulary) to FILE,
by default vindplaats-YYYY-MM-DD.jsonl. Put it back with npm run restore.

  --api URL      the Vindplaats to back up (default: the one of this folder)
  --data DIR     the data folder of that Vindplaats (default: .vindplaats)
  --help

The staff token is taken from VINDPLAATS_TOKEN, or from the Vindplaats that runs on this machine.
`;

try {
  const options = parseOptions();
  if (!options) {
    process.stdout.write(help);
  } else {
    const client = await staffApi(options);
    const backup = await downloadBackup(client, new Date());
    const file = resolve(options.file ?? `vindplaats-${backup.takenAt.slice(0, 10)}.jsonl`);
    // Corrections may name what is internal.
    writePrivateFile(file, backup.text);
    process.stdout.write(
      `${file}: corrections of ${backup.corrections} documents and ${backup.terms} terms of the vocabulary\n`,
    );
  }
} catch (error) {
  exitWith(error);
}

function parseOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        api: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return undefined;
    const [file, ...others] = positionals;
    if (others.length > 0) throw new Error('Name one file to write.');
    return { file, api: values.api, data: values.data };
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : error}\n\n${help}`, { cause: error });
  }
}

/** `npm run restore -- FILE`: puts staff's corrections and the vocabulary back into a running Vindplaats. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { BadBackupError, readBackup, type StaffWork } from '../functions/back-up/backup-format.ts';
import { type Restored, uploadBackup } from './back-up-client.ts';
import { codeOf, exitWith, PlainError } from './plain-error.ts';
import { Progress } from './progress.ts';
import { staffApi } from './staff-command.ts';

const help = `Usage: npm run restore -- FILE [options]

Puts the corrections and the vocabulary of a backup back. Documents come from the uploads bucket;
corrections of those that are not there yet wait for them. It can be repeated.

  --overwrite    also where staff worked on since the backup was made
  --api URL      the Vindplaats to restore (default: the one of this folder)
  --data DIR     the data folder of that Vindplaats (default: .vindplaats)
  --help

The staff token is taken from VINDPLAATS_TOKEN, or from the Vindplaats that runs on this machine.
`;

try {
  const options = parseOptions();
  if (!options) {
    process.stdout.write(help);
  } else {
    const backup = await read(options.file);
    const client = await staffApi(options);
    const progress = new Progress();
    const restored = await uploadBackup(client, backup, {
      overwrite: options.overwrite,
      onProgress: (done) => progress.show(`${done} of ${backup.corrections.length} corrected documents`),
    });
    progress.end(describe(restored));
  }
} catch (error) {
  exitWith(error);
}

function parseOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        overwrite: { type: 'boolean', default: false },
        api: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return undefined;
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new Error('Name one backup to restore.');
    return { file: resolve(file), overwrite: values.overwrite, api: values.api, data: values.data };
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : error}\n\n${help}`, { cause: error });
  }
}

async function read(file: string): Promise<StaffWork> {
  try {
    return await readBackup(
      createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }),
    );
  } catch (error) {
    if (error instanceof BadBackupError) throw new PlainError(`${file}: ${error.message}`, { cause: error });
    if (codeOf(error) === undefined) throw error;
    throw new PlainError(`${file} cannot be read.`, { cause: error });
  }
}

function describe({ terms, corrections, linked }: Restored): string {
  const of = (wanted: string) =>
    [...corrections].filter(([, outcome]) => outcome === wanted).map(([key]) => key);
  const lines = [
    `vocabulary   ${terms.restored} restored, ${terms.unchanged} unchanged, ${terms.kept.length} kept`,
    ...terms.kept.map(({ type, label }) => `  kept, for staff changed it since: ${type} ${label}`),
    `corrections  ${of('restored').length} restored, ${of('unchanged').length} unchanged, ${of('waiting').length} waiting, ${of('kept').length} kept`,
    ...of('kept').map((key) => `  kept, for staff corrected it since: ${key}`),
    ...of('waiting').map((key) => `  waiting for its upload: ${key}`),
    `documents    ${linked} linked to the vocabulary again`,
  ];
  return lines.join('\n');
}

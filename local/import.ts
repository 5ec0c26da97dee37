/** `npm run import -- DIR`: uploads a folder to a running Vindplaats. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { Visibility } from '../shared/visibility.ts';
import { type ImportProgress, importFolder, type Outcome } from './import-folder.ts';
import { codeOf, exitWith, PlainError } from './plain-error.ts';
import { Progress } from './progress.ts';
import { staffApi } from './staff-command.ts';
import { type FolderListing, listFiles } from './uploadable-files.ts';

const help = `Usage: npm run import -- DIR [options]

Uploads every file of DIR to a running Vindplaats and waits until it can be found.
A DIR that holds public/ and internal/ only says by itself who may find what.

  --visibility public|internal   who may find the documents (default: public)
  --api URL                      the Vindplaats to upload to (default: the one of this folder)
  --data DIR                     the data folder of that Vindplaats (default: .vindplaats)
  --help

The staff token is taken from VINDPLAATS_TOKEN, or from the Vindplaats that runs on this machine.
`;

try {
  const options = parseOptions();
  if (!options) {
    process.stdout.write(help);
  } else {
    const listing = await list(options.folder);
    const client = await staffApi(options);
    const progress = new Progress();
    const outcomes = await importFolder({
      client,
      folder: options.folder,
      listing,
      visibility: options.visibility,
      onProgress: (counts) => progress.show(describe(counts)),
    });
    progress.end(table(outcomes));
    process.exitCode = outcomes.every(({ state }) => state === 'searchable') ? 0 : 1;
  }
} catch (error) {
  exitWith(error);
}

function parseOptions() {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : error}\n\n${help}`, { cause: error });
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [folder, ...others] = positionals;
  if (folder === undefined || folder.trim() === '' || others.length > 0)
    throw new PlainError(`Name one folder to import.\n\n${help}`);
  const visibility = z.optional(Visibility).safeParse(values.visibility);
  if (!visibility.success)
    throw new PlainError(`--visibility is public or internal, not ${values.visibility}.`);
  return { folder: resolve(folder), visibility: visibility.data, api: values.api, data: values.data };
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: {
      visibility: { type: 'string' },
      api: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

async function list(folder: string): Promise<FolderListing> {
  try {
    const listing = await listFiles(folder);
    for (const below of listing.unreadable) process.stderr.write(`Skipped ${below}: it cannot be read.\n`);
    for (const below of listing.links) process.stderr.write(`Skipped ${below}: links are not followed.\n`);
    return listing;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new PlainError(`${folder} is not a folder.`, { cause: error });
    if (code === 'EACCES') throw new PlainError(`${folder} cannot be read.`, { cause: error });
    throw error;
  }
}

function describe({ total, uploaded, searchable, refused, failed }: ImportProgress): string {
  const outcomes = [
    `${searchable} searchable`,
    refused && `${refused} refused`,
    failed && `${failed} failed`,
  ];
  return `${uploaded} of ${total} uploaded, ${outcomes.filter(Boolean).join(', ')}`;
}

function table(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'There are no files to import.';
  const lines: string[] = [];
  for (const state of ['searchable', 'refused', 'failed'] as const) {
    const those = outcomes.filter((outcome) => outcome.state === state);
    if (those.length > 0 || state === 'searchable') lines.push(`${state.padEnd(10)} ${those.length}`);
    if (state === 'searchable') continue;
    const width = Math.max(...those.map(({ key }) => key.length), 0);
    for (const { key, reason = '', hint = '' } of those) {
      lines.push(`  ${key.padEnd(width)}  ${reason.padEnd(16)}  ${hint}`);
    }
  }
  const notes = outcomes.flatMap(({ key, notes = [] }) => notes.map((note) => `  ${key}  ${note}`));
  if (notes.length > 0) lines.push(`notes      ${notes.length}`, ...notes);
  return lines.join('\n');
}

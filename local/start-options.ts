import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { Visibility } from '../shared/visibility.ts';
import { defaultDataFolder, defaultPort } from './find-vindplaats.ts';
import { codeOf, PlainError } from './plain-error.ts';

export const startHelp = `Usage: npm start -- [options]

Runs the whole of Vindplaats on this machine.

  --port N       port of the search page and the API (default: ${defaultPort}; 0 takes a free one)
  --data DIR     where everything is kept (default: ${defaultDataFolder})
  --watch DIR    upload the files below DIR/public and DIR/internal as they change
  --no-samples   do not load the sample documents on the first start
  --help
`;

export interface StartOptions {
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  readonly samples: boolean;
  /** Absolute. */
  readonly watch: string | undefined;
}

/** Undefined when only help was asked for. Throws PlainError for options that cannot be meant. */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const port = parsePort(values.port);
  const data = parseFolder('--data', values.data);
  const watch = values.watch === undefined ? undefined : parseFolder('--watch', values.watch);
  if (watch !== undefined) {
    ensureWatchable(watch);
    ensureApart(watch, data);
  }
  return { port, data, samples: values.samples, watch };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: 'string', default: String(defaultPort) },
        data: { type: 'string', default: defaultDataFolder },
        samples: { type: 'boolean', default: true },
        watch: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // Node explains what it did not understand in its first sentence, and option syntax in the others.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/(?<=\.)\s|\n/);
    throw new PlainError(`${sentence?.replace(/\.?$/, '.')} See npm start -- --help.`, { cause: error });
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new PlainError(`--port must be a number from 0 to 65535, not "${text}".`);
}

/** An empty name, as of a variable that was never set, would be the folder that one happens to be in. */
function parseFolder(option: string, text: string): string {
  if (text.trim() !== '') return resolve(text);
  throw new PlainError(`${option} is empty. Name a folder after it, such as ${option} ./folder.`);
}

/** A folder that is not there yet is waited for; what will never be one is refused. */
function ensureWatchable(folder: string): void {
  try {
    readdirSync(folder);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOENT':
        return;
      case 'ENOTDIR':
        throw new PlainError(
          `${folder} is not a folder. Give --watch the folder in which public and internal are.`,
          { cause: error },
        );
      case 'EACCES':
      case 'EPERM':
        throw new PlainError(
          `${folder} cannot be read. Give yourself the right to, or --watch another folder.`,
          { cause: error },
        );
      default:
        throw new PlainError(`${folder} cannot be watched (${codeOf(error)}). Give --watch another folder.`, {
          cause: error,
        });
    }
  }
}

/** What Vindplaats keeps would be uploaded to itself, or a document would lie where it keeps its own. */
function ensureApart(watch: string, data: string): void {
  const [watched, kept] = [realPath(watch), realPath(data)];
  if (watched === kept) {
    throw new PlainError(
      `--watch and --data are both ${watch}. Give the data a folder of its own with --data.`,
    );
  }
  const uploaded = Visibility.options.map((name) => join(watched, name));
  if (uploaded.some((folder) => isWithin(folder, kept))) {
    throw new PlainError(
      `The data folder ${data} lies in what is watched. Choose one outside ${watch} with --data.`,
    );
  }
  if (isWithin(kept, watched)) {
    throw new PlainError(
      `The watched folder ${watch} lies in the data folder ${data}. Choose another one with --watch.`,
    );
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

/** Without links, as far as the path is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder, defaultPort } from './find-vindplaats.ts';
import { PlainError } from './plain-error.ts';

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
  return {
    port: parsePort(values.port),
    data: resolve(values.data),
    samples: values.samples,
    watch: values.watch === undefined ? undefined : resolve(values.watch),
  };
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
  throw new PlainError(`--port must be a number from 0 to 65535, not ${text}.`);
}

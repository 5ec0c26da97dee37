/** What the commands that ask something of a running Vindplaats have in common: where it is, and with which token. */
import { setTimeout as pause } from 'node:timers/promises';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { findVindplaats } from './find-vindplaats.ts';
import { exitWith, PlainError } from './plain-error.ts';
import { Progress } from './progress.ts';
import { StaffApiClient } from './staff-api-client.ts';

const where = {
  api: { type: 'string' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/** For the help of each command. */
export const whereHelp = `  --api URL    the Vindplaats to ask (default: the one of this folder)
  --data DIR   the data folder of that Vindplaats (default: .vindplaats)
  --help

The staff token is taken from VINDPLAATS_TOKEN, or from the Vindplaats that runs on this machine.
`;

export interface StaffCommand {
  readonly help: string;
  /** Switches of its own, by name. */
  readonly switches: readonly string[];
  /** Resolves with whether all is well, which is the exit code. */
  readonly run: (
    client: StaffApiClient,
    progress: Progress,
    isOn: (name: string) => boolean,
  ) => Promise<boolean>;
}

/** The staff API of the Vindplaats at that address, or of the one that runs with that data folder. */
export async function staffApi(where: {
  readonly api: string | undefined;
  readonly data: string | undefined;
}): Promise<StaffApiClient> {
  const { api, token } = await findVindplaats({
    ...where,
    token: process.env.VINDPLAATS_TOKEN || undefined,
  });
  return new StaffApiClient(api, token);
}

export async function runStaffCommand({ help, switches, run }: StaffCommand): Promise<void> {
  try {
    const values = parse(switches, help);
    if (values.help) {
      process.stdout.write(help);
      return;
    }
    const client = await staffApi({ api: text(values.api), data: text(values.data) });
    const isOn = (name: string) => values[name] === true;
    const isWell = await run(client, new Progress(), isOn);
    process.exitCode = isWell ? 0 : 1;
  } catch (error) {
    exitWith(error);
  }
}

function parse(switches: readonly string[], help: string): Record<string, unknown> {
  const own = Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }]));
  try {
    return parseArgs({ options: { ...where, ...own } }).values;
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : error}\n\n${help}`, { cause: error });
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Milliseconds between two looks at a report. */
const lookEvery = 500;

/** Looks again and again until there is an answer. */
export async function untilThere<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer> {
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    await pause(lookEvery);
  }
}

/** Where a running Vindplaats is, and with which token one speaks to it as staff. */
import { readFileSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { trimEndOf } from '../shared/trim-end.ts';
import { codeOf, PlainError } from './plain-error.ts';

export const defaultPort = 8787;
export const defaultDataFolder = '.vindplaats';

/** Files in the data folder that tell other programs of this machine how to reach the Vindplaats that uses it. */
export const addressFile = 'address';
export const tokenFile = 'staff-token';

export interface Wish {
  readonly api: string | undefined;
  readonly data: string | undefined;
  /** `VINDPLAATS_TOKEN`. */
  readonly token: string | undefined;
}

/** Milliseconds that a Vindplaats may say of itself that it is still starting. */
const startsWithin = 60_000;

const Configuration = z.object({ issuer: z.string(), vindplaats_token_file: z.string().optional() });

/** Throws PlainError when nothing answers there, or no token can be found. */
export async function findVindplaats({ api, data, token }: Wish): Promise<{ api: string; token: string }> {
  const address =
    api ??
    readIfThere(join(resolve(data ?? defaultDataFolder), addressFile)) ??
    `http://127.0.0.1:${defaultPort}`;
  const origin = parseAddress(address);
  const configuration = await askIssuer(origin);
  const found =
    token ??
    (data === undefined ? undefined : readIfThere(join(resolve(data), tokenFile))) ??
    (configuration && readLocalToken(origin, configuration));
  if (!found) {
    throw new PlainError(
      `There is no staff token for ${origin}. Set VINDPLAATS_TOKEN to one, or name the data folder with --data.`,
    );
  }
  return { api: origin, token: found };
}

function parseAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new PlainError(`${address} is not an address. Give one such as http://127.0.0.1:${defaultPort}.`);
  }
  return trimEndOf(url.href, /\//);
}

/** What the token issuer says of itself; undefined where it is not this address, as in the cloud. */
async function askIssuer(origin: string): Promise<z.infer<typeof Configuration> | undefined> {
  let response: Response;
  const deadline = performance.now() + startsWithin;
  do {
    response = await fetch(`${origin}/.well-known/openid-configuration`).catch((error: unknown) => {
      throw new PlainError(
        `No Vindplaats answers at ${origin}. Start one with npm start, or name another with --api.`,
        { cause: error },
      );
    });
  } while (response.status === 503 && performance.now() < deadline && (await pause(200, true)));
  try {
    return Configuration.parse(await response.json());
  } catch {
    return undefined;
  }
}

/**
 * The token that a Vindplaats on this machine wrote for its own staff. Only one on this machine may name the file, and
 * only a token of its own is sent to it: another could ask for any file of whoever runs this.
 */
function readLocalToken(
  origin: string,
  { issuer, vindplaats_token_file: file }: z.infer<typeof Configuration>,
): string | undefined {
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
  if (!isLocal || !file || !isAbsolute(file) || basename(file) !== tokenFile) return undefined;
  const token = readIfThere(file);
  try {
    return token && decodeJwt(token).iss === issuer ? token : undefined;
  } catch {
    return undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new PlainError(`${file} belongs to someone else and cannot be read.`, { cause: error });
    }
    throw error;
  }
}

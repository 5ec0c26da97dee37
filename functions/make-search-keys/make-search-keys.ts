/**
 * Gives every function its key and the server the same keys. It runs again and again rather than once, so that it needs
 * nobody to wait for a server that still starts, and mends a server that began anew with an empty volume.
 */
import { keyOf, type SearchKey } from './search-keys.ts';

export interface KeyServer {
  /** False while the server does not answer; every other fault is thrown. */
  isUp(): Promise<boolean>;
  /** The actions and indexes of the key, or undefined when the server has none with this uid. */
  find(uid: string): Promise<Pick<SearchKey, 'actions' | 'indexes'> | undefined>;
  create(key: SearchKey): Promise<void>;
  remove(uid: string): Promise<void>;
  /** Bytes of all indexes together. */
  size(): Promise<number>;
}

export interface KeySecrets {
  /** The secret's text as it is now, for a function that is warm must see another one; undefined while it has none. */
  read(secret: string): Promise<string | undefined>;
  write(secret: string, text: string): Promise<void>;
}

export interface MakeSearchKeysDependencies {
  readonly server: KeyServer;
  readonly secrets: KeySecrets;
  readonly masterKey: string;
  readonly keys: readonly SearchKey[];
  /** The secret that holds the key of each use. */
  readonly secretOf: Readonly<Record<SearchKey['use'], string>>;
}

export type KeysOutcome =
  | { readonly healthy: false }
  | { readonly healthy: true; readonly made: number; readonly bytes: number };

export async function makeSearchKeys({
  server,
  secrets,
  masterKey,
  keys,
  secretOf,
}: MakeSearchKeysDependencies): Promise<KeysOutcome> {
  // The secrets do not need the server, and functions that have their key recover with it.
  for (const { use, uid } of keys) {
    const key = keyOf(masterKey, uid);
    if ((await secrets.read(secretOf[use])) !== key) await secrets.write(secretOf[use], key);
  }
  if (!(await server.isUp())) return { healthy: false };
  let made = 0;
  for (const key of keys) {
    const found = await server.find(key.uid);
    if (found && same(found.actions, key.actions) && same(found.indexes, key.indexes)) continue;
    // What a key may do cannot be changed; made again with the same uid, it stays the same text.
    if (found) await server.remove(key.uid);
    await server.create(key);
    made++;
  }
  return { healthy: true, made, bytes: await server.size() };
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

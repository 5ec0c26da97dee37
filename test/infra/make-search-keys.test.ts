import { beforeEach, describe, expect, it } from 'vitest';
import { makeSearchKeys } from '../../functions/make-search-keys/make-search-keys.ts';
import { meilisearchKeys } from '../../functions/make-search-keys/meilisearch-keys.ts';
import { keyOf, type SearchKey, searchKeys } from '../../functions/make-search-keys/search-keys.ts';

const secretOf = { public: 'p', archive: 'a', read: 'r', write: 'w' };

class FakeServer {
  up = true;
  readonly keys = new Map<string, SearchKey>();
  isUp = async () => this.up;
  find = async (uid: string) => this.keys.get(uid);
  create = async (key: SearchKey) => {
    if (this.keys.has(key.uid)) throw new Error('api_key_already_exists');
    this.keys.set(key.uid, key);
  };
  remove = async (uid: string) => {
    this.keys.delete(uid);
  };
  size = async () => 12_345;
}

describe('making search keys', () => {
  let server: FakeServer;
  let texts: Map<string, string>;
  let written: string[];
  const run = (masterKey = 'master', keys = searchKeys) =>
    makeSearchKeys({
      server,
      masterKey,
      keys,
      secretOf,
      secrets: {
        read: async (secret) => texts.get(secret),
        write: async (secret, text) => {
          written.push(secret);
          texts.set(secret, text);
        },
      },
    });

  beforeEach(() => {
    server = new FakeServer();
    texts = new Map();
    written = [];
  });

  it('gives each use a secret of its own, and the server the same keys', async () => {
    expect(await run()).toEqual({ healthy: true, made: searchKeys.length, bytes: 12_345 });
    expect([...texts.keys()].sort()).toEqual(Object.values(secretOf).sort());
    expect(new Set(texts.values()).size).toBe(searchKeys.length);
    expect([...server.keys.keys()]).toEqual(searchKeys.map(({ uid }) => uid));
  });

  it('changes nothing the second time', async () => {
    await run();
    written = [];
    expect(await run()).toMatchObject({ made: 0 });
    expect(written).toEqual([]);
  });

  it('writes the secrets while the server is still away, and says that it is', async () => {
    server.up = false;
    expect(await run()).toEqual({ healthy: false });
    expect(texts.size).toBe(searchKeys.length);
    expect(server.keys.size).toBe(0);
  });

  it('makes the keys again on a server that began anew, without touching the secrets', async () => {
    await run();
    server.keys.clear();
    written = [];
    expect(await run()).toMatchObject({ made: searchKeys.length });
    expect(written).toEqual([]);
  });

  it('follows another master key', async () => {
    await run();
    const before = texts.get('p');
    await run('another');
    expect(texts.get('p')).not.toBe(before);
  });

  it('mends a key that may do something else than it should, and keeps its text', async () => {
    await run();
    const [first] = searchKeys;
    if (!first) throw new Error('There are no keys');
    server.keys.set(first.uid, { ...first, actions: ['*'] });
    const before = texts.get(secretOf[first.use]);
    expect(await run()).toMatchObject({ made: 1 });
    expect(server.keys.get(first.uid)?.actions).toEqual(first.actions);
    expect(texts.get(secretOf[first.use])).toBe(before);
  });
});

describe('the keys', () => {
  it('are those that Meilisearch derives: HMAC-SHA256 of the uid with the master key, in hexadecimal', () => {
    // printf %s UID | openssl dgst -sha256 -hmac masterKey
    expect(keyOf('masterKey', '6c0c6f0e-6f0b-4f0d-9d36-0f1f5f3b7a01')).toBe(
      '6310ae99681df0411e3c17a312694ee0c0b6d308ae88685b59fb2d97b82c620c',
    );
  });

  it('have uids that Meilisearch takes, each once', () => {
    const uids = searchKeys.map(({ uid }) => uid);
    for (const uid of uids)
      expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('for searching open their own collection and change nothing', () => {
    for (const { use, actions, indexes } of searchKeys.filter((key) => key.use !== 'write')) {
      expect(indexes).toEqual(use === 'read' ? ['public-*', 'archive-*'] : [`${use}-*`]);
      expect(actions.filter((action) => !/^(search|version|\w+\.get)$/.test(action))).toEqual([]);
    }
  });

  it('never open keys, or everything', () => {
    for (const { actions, indexes } of searchKeys) {
      expect(indexes).not.toContain('*');
      expect(actions.filter((action) => action === '*' || action.startsWith('keys'))).toEqual([]);
    }
  });
});

describe('asking Meilisearch about keys', () => {
  it('takes a server that refuses the connection for one that is away', async () => {
    // Nothing listens on the port that is reserved for nobody.
    expect(await meilisearchKeys('http://127.0.0.1:1', 'master').isUp()).toBe(false);
  });
});

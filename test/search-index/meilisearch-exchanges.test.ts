/**
 * The adapter against what a real server answered once: any change of what it sends, or of what it makes of the
 * answers, shows here without a server. Where the change is meant, `meilisearch-record.ts` records anew.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import {
  comparable,
  type Exchange,
  exchangesFile,
  given,
  session,
  sessionEngine,
} from './meilisearch-session.ts';

const recorded: { readonly exchanges: readonly Exchange[]; readonly told: readonly unknown[] } = JSON.parse(
  readFileSync(exchangesFile, 'utf8'),
);

test('the adapter sends what it sent when it was recorded, and makes the same of the answers', async () => {
  const left = [...recorded.exchanges];
  const engine = sessionEngine('http://127.0.0.1:7700', 'a key', async (request) => {
    const asked = comparable(request);
    const at = left.findIndex((exchange) => isDeepStrictEqual(exchange.request, asked));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    // Shows the difference to what was expected at this point.
    if (found === undefined) expect(asked).toEqual(left[0]?.request);
    return found ? given(found.answer) : { status: 500, body: '' };
  });
  const told = await session(engine);
  expect(JSON.parse(JSON.stringify(told))).toEqual(recorded.told);
  expect(left).toEqual([]);
});

/** The engine on a Meilisearch server: it matches by filters (`terms.ts` says why), and ranks above the server. */
import { randomUUID } from 'node:crypto';
import { NotFoundError } from '../../../shared/errors.ts';
import type { ListWithdrawals } from '../../../shared/withdrawal.ts';
import type { Engine, Generation } from '../../engine.ts';
import { frequenciesOf } from './counting.ts';
import { generationIn, type MeilisearchGeneration } from './generation.ts';
import { ConnectionError, type HttpExchange, httpExchange } from './http-exchange.ts';
import type { Sources } from './index-writer.ts';
import { candidatesOf } from './passages.ts';
import { type Key, Server, unavailable } from './server.ts';
import { succeeded } from './tasks.ts';

export interface MeilisearchOptions {
  /** `http(s)://HOST[:PORT]`. */
  readonly url: string;
  /** What the names of its indexes begin with: one key may be limited to those. */
  readonly collection: string;
  /** Of a server that asks for one: with rights to search, or to write too where `apply` is called. */
  readonly key?: Key | undefined;
  readonly exchange?: HttpExchange;
  readonly sources?: Sources;
  /** What no question may find, whatever the server holds: for who asks and never writes. */
  readonly withdrawals?: ListWithdrawals | undefined;
}

/** Milliseconds, with the second try; a visitor waits no longer for a server that may be gone. */
const searchDeadline = 900;

export function meilisearchEngine({
  url,
  collection,
  key,
  exchange,
  sources = { now: Date.now, newId: randomUUID },
  withdrawals,
}: MeilisearchOptions): Engine {
  const connections = httpExchange();
  let closed = false;
  const send = exchange ?? connections.exchange;
  const server = new Server({
    url,
    key,
    exchange: async (request, signal) => {
      if (closed) throw new ConnectionError('the search index was closed');
      return send(request, signal);
    },
  });
  const namesOf = (suffix: string) => ({
    documents: `${collection}-documents${suffix}`,
    passages: `${collection}-passages${suffix}`,
  });
  const served = generationIn(server, namesOf(''), { ...sources, withdrawals });
  const aside = generationIn(server, namesOf('-aside'), sources);

  /** What is aside is being filled as long as it was begun to replace the one that is served. */
  const demandFilling = async () => {
    const [replaced, filling] = await Promise.all([served.reader.about(), aside.reader.about()]);
    if (filling.about === undefined || filling.about.replaces !== replaced.about?.begun) throw noneAside();
    return filling.about;
  };

  // What a first search does not need is loaded when it is asked for: a cold start reads no more than it must.
  return {
    searchDeadline,
    apply: served.apply,
    query: served.query,
    document: served.document,
    entries: served.entries,
    health: served.health,
    candidates: (ids, query, signal) => candidatesOf(served.reader, ids, query, signal),
    frequencies: (words, signal) => frequenciesOf(served.reader, words, signal),
    async resembling(word, signal) {
      const { formsResembling } = await import('./resembling.ts');
      return formsResembling(served.reader, word, signal);
    },
    async suggest(words, size, signal) {
      const { suggest } = await import('./suggesting.ts');
      return suggest(served.reader, words, size, signal);
    },
    async values(facet, signal) {
      return (await served.reader.namesNow(signal)).all(facet);
    },
    async titles(ids, signal) {
      const { titlesOf } = await import('./suggesting.ts');
      return titlesOf(served.reader, ids, signal);
    },
    markFilled: async (generation) => (await served.writer()).markFilled(generation),
    aside: only(aside, demandFilling),
    async beginAside() {
      const { begun } = await (await served.writer()).prepare();
      await aside.settled();
      await (await aside.writer()).begin(begun);
    },
    async promote() {
      // What is written after the exchange was asked for would go to the generation that is served no more.
      await Promise.all([served.settled(), aside.settled()]);
      const { begun } = await demandFilling();
      // What is not there cannot be exchanged: it is set up when another is begun aside.
      if (!(await served.reader.hasPassages())) throw noneAside();
      const { names } = served.reader;
      const swap = await server.swap([
        [names.documents, aside.reader.names.documents],
        [names.passages, aside.reader.names.passages],
      ]);
      await succeeded(server, [swap]);
      // Asked for twice, as when a reply was lost or not waited for, the exchange undoes itself.
      const { about } = await served.reader.about();
      if (about?.begun !== begun) throw unavailable(new Error('it exchanged two generations twice'));
    },
    async close() {
      await Promise.all([served.settled(), aside.settled()]);
      closed = true;
      connections.close();
    },
  };
}

/** The generation as long as `demand` does not throw. */
function only(generation: MeilisearchGeneration, demand: () => Promise<unknown>): Generation {
  return {
    async apply(changes) {
      await demand();
      await generation.apply(changes);
    },
    async query(query, signal) {
      await demand();
      return generation.query(query, signal);
    },
    async document(id, signal) {
      await demand();
      return generation.document(id, signal);
    },
    async *entries() {
      await demand();
      yield* generation.entries();
    },
    async health() {
      try {
        await demand();
      } catch (error) {
        if (error instanceof NotFoundError) throw error;
      }
      return generation.health();
    },
  };
}

function noneAside(): NotFoundError {
  return new NotFoundError({
    nl: 'Er wordt geen nieuwe zoekindex opgebouwd.',
    en: 'No new search index is being built.',
  });
}

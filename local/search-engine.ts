/** The search engine that the person who starts Vindplaats chose, and what there is to tell of it at the console. */
import { openSearchIndex } from '../search-index/open-search-index.ts';
import type { SearchIndex } from '../search-index/search-index.ts';
import { UnavailableError, type UnavailableReason } from '../shared/errors.ts';
import { PlainError } from './plain-error.ts';

export interface SearchEngine {
  /** As `SEARCH_ENGINE_URL` has it. */
  readonly url: string;
  readonly key: string | undefined;
}

/**
 * What `SEARCH_ENGINE_URL` and `SEARCH_ENGINE_KEY` say; the embedded engine in this folder when they are not set. Throws
 * PlainError for what cannot be meant, an empty value among it: a variable that was forgotten would go unnoticed.
 */
export async function chooseSearchEngine(
  environment: NodeJS.ProcessEnv,
  embedded: string,
): Promise<SearchEngine> {
  const { SEARCH_ENGINE_URL: url = `sqlite:${embedded}`, SEARCH_ENGINE_KEY: key } = environment;
  if (url.trim() === '') {
    throw new PlainError(
      'SEARCH_ENGINE_URL is empty. Set it to the address of a Meilisearch server, or unset it for the embedded engine.',
    );
  }
  if (key?.trim() === '') {
    throw new PlainError('SEARCH_ENGINE_KEY is empty. Set it to a key of the server, or unset it.');
  }
  try {
    await openSearchIndex({ url, collection: 'public', key });
  } catch (error) {
    throw new PlainError(
      `SEARCH_ENGINE_URL is ${JSON.stringify(url)} and cannot be used. Set it to an address such as http://127.0.0.1:7700.`,
      { cause: error },
    );
  }
  return { url, key };
}

export interface FollowOptions extends SearchEngine {
  /** Tells the person at the console. */
  readonly say: (sentence: string) => void;
  readonly onError: (error: unknown) => void;
  /** How many documents the archive should hold, and where to show how many it does while it is filled again. */
  readonly countDocuments: () => Promise<number>;
  readonly showProgress: (text: string) => void;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/** Says once when the engine stops answering or lost its data, and once when it answers again or is filled again. */
export function followSearchEngine(options: FollowOptions): { stop(): void } {
  const { say, onError, showProgress, every = 3_000 } = options;
  let told: State = { is: 'answering', outdated: false };
  let isFirst = true;
  let last: State = told;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async () => {
    try {
      const state = await stateOf(options);
      // One look without an answer may be chance, except at the start, when somebody wants to know; and then what is
      // uploaded before the first comparison is not lost.
      const isSure =
        state.is === 'answering' || state.is === last.is || isFirst !== (state.is === 'refilling');
      if (!isStopped && isSure) {
        for (const sentence of changeOf(told, state, options)) say(sentence);
        if (state.is === 'refilling') showProgress(progressOf(state));
        told = state;
      }
      last = state;
      isFirst = false;
    } catch (error) {
      if (!isStopped) onError(error);
    }
    if (!isStopped) timer = setTimeout(look, every);
  };
  void look();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

type State =
  | { readonly is: 'answering'; readonly outdated: boolean }
  | { readonly is: 'refilling'; readonly documents: number; readonly of: number }
  | { readonly is: Exclude<UnavailableReason, 'refilling'>; readonly why: string };

function isAnswering({ is }: State): boolean {
  return is === 'answering' || is === 'refilling';
}

/** The worst of what the collections are in; of two that are being filled again, the archive, which holds all. */
async function stateOf({ url, key, countDocuments }: FollowOptions): Promise<State> {
  const states: State[] = [];
  for (const collection of ['archive', 'public'] as const) {
    states.push(await stateOfIndex(await openSearchIndex({ url, collection, key }), countDocuments));
  }
  return (
    states.find((state) => !isAnswering(state)) ??
    states.find(({ is }) => is === 'refilling') ??
    states.find((state) => state.is === 'answering' && state.outdated) ?? { is: 'answering', outdated: false }
  );
}

async function stateOfIndex(index: SearchIndex, countDocuments: () => Promise<number>): Promise<State> {
  try {
    const { searchable, documents, reason = 'no answer', ...health } = await index.health();
    if (!searchable) return { is: 'no-answer', why: reason };
    // An archive that is empty has lost nothing.
    const of = health.refilling ? await countDocuments() : 0;
    if (of > 0) return { is: 'refilling', documents, of };
    return { is: 'answering', outdated: health.outdated ?? false };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const { reason, message } = error;
    return { is: reason === 'refilling' ? 'no-answer' : reason, why: message };
  }
}

function changeOf(told: State, state: State, engine: SearchEngine): string[] {
  const name = nameOf(engine.url);
  if (state.is === told.is && state.is !== 'answering') return [];
  const answers = isAnswering(told) ? [] : [`${name} answers.`];
  if (state.is === 'refilling') {
    const sentence = `The search index lacks documents that it should hold, and is filled again from the catalogue: ${state.documents} of ${state.of} are there. Until all are, what is not found may exist.`;
    return [...answers, sentence];
  }
  if (state.is !== 'answering') return [sentences[state.is](name, state.why, engine)];
  const wasOutdated = told.is === 'answering' && told.outdated;
  return [
    ...answers,
    ...(told.is === 'refilling' ? ['The search index is whole again.'] : []),
    ...(state.outdated && !wasOutdated
      ? ['The search index was made by another version and goes on answering. Renew it with: npm run rebuild']
      : []),
  ];
}

const sentences: Readonly<
  Record<Exclude<UnavailableReason, 'refilling'>, (name: string, why: string, engine: SearchEngine) => string>
> = {
  'no-answer': (name, why) =>
    `${name} does not answer (${why}); it is asked again and again, and what is added meanwhile is found once it answers.`,
  starting: (name) => `${name} is starting, and what is added meanwhile is found once it answers.`,
  'wrong-key': (name, _why, { key }) =>
    key === undefined
      ? `${name} asks for a key; stop Vindplaats, set SEARCH_ENGINE_KEY to one, and start it again.`
      : `${name} refuses the key in SEARCH_ENGINE_KEY; stop Vindplaats, set the right one, and start it again.`,
};

function progressOf({ documents, of }: Extract<State, { is: 'refilling' }>): string {
  return `Search index: ${documents} of ${of} documents`;
}

/** Without a name and password, which an address may hold. */
function nameOf(url: string): string {
  if (!/^https?:/.test(url)) return `The search index ${url}`;
  const { protocol, host, pathname } = new URL(url);
  return `The search engine at ${protocol}//${host}${pathname.replace(/\/$/, '')} (SEARCH_ENGINE_URL)`;
}

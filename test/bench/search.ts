/**
 * `npm run bench:search -- --documents 10000`: what building, memory, disk, reopening and each kind of query cost,
 * for both of Vindplaats' engines and two libraries, over the same made-up Dutch documents and questions. Each engine
 * has a process of its own to build in and another to answer in.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DutchCorpus, dutchCorpus } from './dutch-corpus.ts';
import { EngineProcess } from './engine-process.ts';
import { type EngineName, engineNames } from './measured-engine.ts';
import { indexNames, meilisearchAddress, removeIndex } from './meilisearch-address.ts';
import { percentiles } from './percentiles.ts';
import type { Done } from './process-messages.ts';
import { type Figures, printFigures } from './search-figures.ts';
import { kinds, type Questions, questionsOf, replacementsOf } from './search-questions.ts';

const usage = `npm run bench:search -- --documents N [--engine ${engineNames.join('|')}]… [--seed S] [--handler] [--json]`;
const documentsAtOnce = 100;
const questionsPerKind = 300;
const replacements = 100;
const warmUp = 30;

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000' },
    engine: { type: 'string', multiple: true, default: [...engineNames] },
    seed: { type: 'string', default: '1' },
    handler: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const documents = Number(options.documents);
const seed = Number(options.seed);
const chosen = engineNames.filter((name) => options.engine.includes(name));
const unknown = options.engine.filter((name) => !chosen.some((known) => known === name));
if (!Number.isInteger(documents) || documents < 1 || !Number.isInteger(seed) || unknown.length > 0) {
  console.error(usage);
  process.exit(2);
}

const corpus = dutchCorpus(seed);
const questions = questionsOf(corpus, documents, warmUp + questionsPerKind);
const all: Figures[] = [];
for (const engine of chosen) {
  if (engine === 'meilisearch' && !isMeilisearchThere()) continue;
  if (!options.json) console.error(`${engine} …`);
  all.push(await measured(engine, corpus, questions));
}
if (options.json) console.log(JSON.stringify({ documents, seed, engines: all }, undefined, 2));
else printFigures(documents, all);

function isMeilisearchThere(): boolean {
  try {
    meilisearchAddress();
    return true;
  } catch (error) {
    console.error(`MEILISEARCH IS NOT MEASURED: ${error instanceof Error ? error.message : error}.`);
    return false;
  }
}

async function measured(engine: EngineName, corpus: DutchCorpus, questions: Questions): Promise<Figures> {
  const figures: Figures = { engine, times: {} };
  const folder = mkdtempSync(join(tmpdir(), 'vindplaats-bench-'));
  try {
    if (engine !== 'meilisearch') {
      await build(figures, folder, corpus);
      await answer(figures, folder, corpus, questions);
    } else {
      if ((await indexNames()).length > 0) throw new Error('it must be empty before it is measured');
      try {
        await build(figures, folder, corpus);
        await answer(figures, folder, corpus, questions);
      } finally {
        for (const name of await indexNames()) await removeIndex(name);
      }
    }
  } catch (error) {
    figures.failure = error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return figures;
}

/** Making the documents is not counted: the process waits for them. */
async function build(figures: Figures, folder: string, corpus: DutchCorpus): Promise<void> {
  const building = new EngineProcess();
  try {
    await building.order({ do: 'open', engine: figures.engine, folder });
    let milliseconds = 0;
    for (const entries of corpus.lots(documents, documentsAtOnce)) {
      milliseconds += sum((await building.order({ do: 'put', entries })).times);
    }
    const saved = await building.order({ do: 'save' });
    milliseconds += sum(saved.times);
    figures.documentsPerSecond = documents / (milliseconds / 1000);
    figures.diskMegabytes = megabytes(saved.bytes);
    figures.buildingPeakMegabytes = megabytes((await building.order({ do: 'memory' })).bytes);
  } finally {
    await building.end();
  }
}

async function answer(
  figures: Figures,
  folder: string,
  corpus: DutchCorpus,
  questions: Questions,
): Promise<void> {
  const began = performance.now();
  const answering = new EngineProcess();
  const keep = (name: string, { times, found }: Done) => {
    if (times.length > 0) figures.times[name] = { ...percentiles(times), asked: times.length, found };
  };
  try {
    await answering.order({ do: 'open', engine: figures.engine, folder });
    const oneWord = questions['one word'];
    await answering.order({ do: 'ask', kind: 'one word', questions: oneWord.slice(0, 1), warmUp: 0 });
    figures.reopeningMilliseconds = performance.now() - began;
    for (const kind of kinds) {
      keep(kind, await answering.order({ do: 'ask', kind, questions: questions[kind], warmUp }));
    }
    figures.servingPeakMegabytes = megabytes((await answering.order({ do: 'memory' })).bytes);
    keep('one word, own query', await answering.order({ do: 'own query', questions: oneWord, warmUp }));
    if (options.handler) {
      keep('one word, handler', await answering.order({ do: 'handler', questions: oneWord, warmUp }));
    }
    const entries = replacementsOf(corpus, documents, warmUp + replacements);
    keep('replace one', await answering.order({ do: 'replace', entries, warmUp }));
  } finally {
    await answering.end();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function megabytes(bytes: number): number {
  return bytes / 1024 / 1024;
}

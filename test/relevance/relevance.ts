/**
 * `npm run relevance`: how well each engine answers judged queries, beside what one would have without it.
 * `--queries KIND` asks one kind only, `--verbose` shows what was answered badly, `--update` keeps the figures as those
 * that the test expects, and `--pages DIR --questions FILE.json` measures on documents of one's own instead.
 */
import { parseArgs } from 'node:util';
import { toKeep, writeExpected } from './expected.ts';
import { folderInput } from './folder-input.ts';
import type { JudgedInput } from './judged-input.ts';
import { ownSet } from './own-set.ts';
import { badAnswers, kindTable, table } from './report.ts';
import { hasResearchPages, headingsKept, researchInput, researchPages } from './research-pages.ts';
import { type Answer, answers, figuresOf } from './run.ts';
import { baselines, engines, hasMeilisearch } from './search-systems.ts';

const { values: options } = parseArgs({
  options: {
    queries: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    pages: { type: 'string' },
    questions: { type: 'string' },
  },
});

interface Measured {
  readonly name: string;
  readonly answered: readonly Answer[];
}

/** Goals to beat, for what is told of the pages without their first heading. */
const goals: Readonly<Record<string, string>> = {
  keywords: 'goal: nDCG@10 at least 0.737, at most 5 empty',
  titles: 'goal: nDCG@10 at least 0.883',
};

if (!hasMeilisearch)
  console.log(
    'MEILISEARCH IS NOT MEASURED: set MEILISEARCH_URL and MEILISEARCH_MASTER_KEY to a server without documents.\n',
  );

if (options.pages !== undefined || options.questions !== undefined) {
  if (options.pages === undefined || options.questions === undefined)
    throw new Error('--pages DIR and --questions FILE.json need each other');
  await report(await folderInput(options.pages, options.questions));
} else {
  const own = await report(await ownSet());
  if (options.update) update(own);
  if (hasResearchPages()) await reportResearchPages();
  else console.log(`The research pages are not at ${researchPages}, and are left out.`);
}

function update(measured: readonly Measured[]): void {
  if (options.queries !== undefined) throw new Error('--update needs all queries, not one kind');
  const ofEngines = measured.filter(({ name }) => engines.some((engine) => engine.name === name));
  writeExpected(Object.fromEntries(ofEngines.map(({ name, answered }) => [name, toKeep(answered)])));
  console.log('test/relevance/expected.json holds these figures now.\n');
}

async function report(input: JudgedInput): Promise<Measured[]> {
  const asked = onlyAsked(input);
  if (asked.queries.length === 0) return [];
  const measured = await measureAll(asked);
  const heading = `${asked.name}: ${asked.entries.length} documents, ${asked.queries.length} queries`;
  console.log(`${table(heading, measured.map(rowOf))}\n\n${kindTable(measured)}\n`);
  if (options.verbose) showBad(measured, asked);
  return measured;
}

async function reportResearchPages(): Promise<void> {
  for (const kept of headingsKept) {
    const input = onlyAsked(await researchInput(kept));
    if (input.queries.length === 0) return;
    const measured = await measureAll(input);
    for (const [kind, goal] of Object.entries(goals)) {
      const rows = measured
        .map(({ name, answered }) => ({
          name,
          answered: answered.filter(({ judged }) => judged.kind === kind),
        }))
        .filter(({ answered }) => answered.length > 0);
      if (rows.length > 0) console.log(`${table(`${kind} of ${input.name}`, rows.map(rowOf))}\n${goal}\n`);
    }
    if (options.verbose && kept === 'none') showBad(measured, input);
  }
}

async function measureAll(input: JudgedInput): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const system of [...engines, ...baselines])
    measured.push({ name: system.name, answered: await answers(system, input) });
  return measured;
}

function onlyAsked(input: JudgedInput): JudgedInput {
  if (options.queries === undefined) return input;
  return { ...input, queries: input.queries.filter(({ kind }) => kind === options.queries) };
}

function rowOf({ name, answered }: Measured) {
  return { name, figures: figuresOf(answered) };
}

function showBad(measured: readonly Measured[], input: JudgedInput): void {
  for (const { name, answered } of measured) {
    if (!engines.some((engine) => engine.name === name)) continue;
    console.log(`Answered badly by ${name} (2 exact, 1 useful, - not judged relevant):`);
    console.log(`${badAnswers(answered, input)}\n`);
  }
}

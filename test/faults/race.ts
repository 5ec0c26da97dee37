/** One race whose order is decided: staff correct a title between the reading of a new version and the write of its row. */
import { compare, type Differences } from './compare.ts';
import { FaultPlan } from './faults.ts';
import { changed, Model, textOf, type Version } from './model.ts';
import { writerThatWaits } from './mutations.ts';
import { comeToRest } from './schedule.ts';
import type { Way } from './way.ts';

/** What is wrong afterwards; `asks`: whether the first writer asks if the row moved while it waited. */
export async function runRace(way: Way, asks: boolean): Promise<Differences> {
  way.weather.plan = new FaultPlan({ seed: 0, rate: 0 });
  const writer = writerThatWaits({ asks });
  const functions = way.begin(
    () => 0,
    () => {},
    writer.mutation,
  );
  const model = new Model(['a'], (visibility, name) => `${visibility}/race/${name}.md`);
  const key = 'public/race/a.md';
  const tokens = ['w0first', 'w1second', 'w2title'] as const;
  const put = async (token: string) => {
    const version: Version = { token, says: null, refused: false, isLong: false };
    await functions.put(key, textOf(version));
    model.happened('a', changed(key, { version }));
  };

  await put(tokens[0]);
  await comeToRest(way, functions);
  await put(tokens[1]);
  const waiting = writer.waitAtNextWrite();
  const working = functions.work();
  await waiting.begun;
  await functions.patch(key, { title: `Stuk ${tokens[2]}` });
  model.happened('a', changed(key, { title: tokens[2] }));
  waiting.end();
  await working;
  await comeToRest(way, functions);
  const differences = await compare(way, model, tokens);
  await way.clear();
  return differences;
}

/** Runs schedules one after another on one set of stand-ins and tells what came of them. */
import { startTestAws } from '../local-aws.ts';
import type { Differences } from './compare.ts';
import { embeddedEngines, type OpenEnginesIn } from './engines.ts';
import { FaultPlan } from './faults.ts';
import { FaultyIndex } from './faulty-index.ts';
import { runRace } from './race.ts';
import { runSchedule, type ScheduleResult } from './schedule.ts';
import { type Mutation, Way } from './way.ts';

export interface Runner {
  run(seed: number, mutation?: Mutation): Promise<ScheduleResult>;
  race(asks: boolean): Promise<Differences>;
  stop(): Promise<void>;
}

export async function startRunner(open: OpenEnginesIn = embeddedEngines): Promise<Runner> {
  const weather = { plan: new FaultPlan({ seed: 0, rate: 0 }) };
  const aws = await startTestAws();
  const engines = await open(weather, aws);
  const index = new FaultyIndex(engines, weather);
  const way = new Way(aws, index, weather);
  return {
    run: (seed, mutation) => runSchedule(way, seed, mutation),
    race: (asks) => runRace(way, asks),
    stop: async () => {
      await index.close();
      await aws.stop();
      await engines.remove();
    },
  };
}

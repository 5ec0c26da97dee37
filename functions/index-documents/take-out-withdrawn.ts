/**
 * What is withdrawn is taken out of the public collection beside whatever else is being written: its own message may wait
 * behind hundreds of others, and in hand behind texts that take a minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type IndexDependencies, removalFrom, writing } from './index-document.ts';

/** Milliseconds between two looks. */
const betweenLooks = 500;

type TakeOutDependencies = Pick<IndexDependencies, 'catalogue' | 'index' | 'isRebuilding'>;

/** The same work, beside which is looked for what is withdrawn as long as any of it is under way. */
export function besideWithdrawals<Message, Result>(
  work: (message: Message) => Promise<Result>,
  on: TakeOutDependencies,
): (message: Message) => Promise<Result> {
  let taken: ReadonlySet<string> = new Set();
  let underWay = 0;
  let looking = false;
  const look = async () => {
    looking = true;
    do {
      // First, for most messages are done by then, and each write of its own may cost an engine a whole file.
      await pause(betweenLooks, undefined, { ref: false });
      try {
        taken = await takeOutWithdrawn(on, taken);
      } catch {
        // Its own message does it too, and tells of the fault.
      }
    } while (underWay > 0);
    looking = false;
  };
  return async (message) => {
    underWay++;
    if (!looking) void look();
    try {
      return await work(message);
    } finally {
      underWay--;
    }
  };
}

/**
 * Takes out what the rows still say has left; they stay pending, for the archive has to follow too. `taken` are those that
 * were taken out before; returns those that are by now.
 */
export async function takeOutWithdrawn(
  { catalogue, index, isRebuilding }: TakeOutDependencies,
  taken: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const fresh: string[] = [];
  for await (const { id, revision } of catalogue.withdrawals()) {
    const name = `${id}#${revision}`;
    names.add(name);
    if (!taken.has(name)) fresh.push(id);
  }
  if (fresh.length === 0) return names;
  const rows = await Promise.all(fresh.map((id) => catalogue.get(id)));
  const apply = writing(index, await isRebuilding());
  // All at the same moment, so that they are written together.
  await Promise.all(
    rows.map(async (row) => {
      const removal = row?.pendingSince === undefined ? undefined : removalFrom('public', row);
      if (removal) await apply('public', removal);
    }),
  );
  return names;
}

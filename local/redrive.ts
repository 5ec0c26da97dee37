/** `npm run redrive`: gives what waits in the dead-letter queues of a running Vindplaats another try. */
import * as z from 'zod';
import { runStaffCommand, whereHelp } from './staff-command.ts';

const help = `Usage: npm run redrive -- [options]

Moves what failed too often back to its queue, once the cause has been mended. The ledger tells what failed and why.

${whereHelp}`;

const Redriven = z.object({
  moved: z.object({ uploads: z.number(), changes: z.number() }),
  more: z.boolean(),
});

await runStaffCommand({
  help,
  switches: [],
  async run(client, progress) {
    const moved = { uploads: 0, changes: 0 };
    for (let more = true; more; ) {
      const answer = await client.post('/archive/redrive', {}, Redriven);
      moved.uploads += answer.moved.uploads;
      moved.changes += answer.moved.changes;
      more = answer.more;
      progress.show(`${moved.uploads} uploads and ${moved.changes} changes moved back`);
    }
    progress.end(`${moved.uploads} uploads and ${moved.changes} changes get another try.`);
    return true;
  },
});

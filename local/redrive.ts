/** `npm run redrive`: gives another try to what failed or was refused for chance in a running Vindplaats. */
import * as z from 'zod';
import { runStaffCommand, whereHelp } from './staff-command.ts';

const help = `Usage: npm run redrive -- [options]

Moves what failed too often back to its queue, once the cause has been mended, and has files read again that were refused
because reading them took too much time or memory, or broke off. The ledger tells what failed and why.

${whereHelp}`;

const Redriven = z.object({
  moved: z.object({ uploads: z.number(), changes: z.number() }),
  refused: z.number(),
  more: z.boolean(),
});

await runStaffCommand({
  help,
  switches: [],
  async run(client, progress) {
    const moved = { uploads: 0, changes: 0 };
    let refused = 0;
    for (let more = true; more; ) {
      const answer = await client.post('/archive/redrive', {}, Redriven);
      moved.uploads += answer.moved.uploads;
      moved.changes += answer.moved.changes;
      refused += answer.refused;
      more = answer.more;
      progress.show(`${moved.uploads} uploads and ${moved.changes} changes moved back`);
    }
    progress.end(
      `${moved.uploads} uploads and ${moved.changes} changes get another try; ${refused} refused files are read again.`,
    );
    return true;
  },
});

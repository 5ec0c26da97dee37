/** One engine in a process of its own, so that the memory and the first answer are that engine's alone. */
import { readFileSync } from 'node:fs';
import type { EngineName, MeasuredEngine } from './measured-engine.ts';
import { openMeasured } from './open-measured.ts';
import type { Done, Order, Reply } from './process-messages.ts';

interface Opened {
  readonly name: EngineName;
  readonly folder: string;
  readonly engine: MeasuredEngine;
}

let opened: Opened | undefined;

process.on('message', async (order: Order) => {
  try {
    if (order.do === 'open') {
      const { engine: name, folder } = order;
      opened = { name, folder, engine: await openMeasured(name, folder) };
      reply({ done: nothing });
    } else if (opened) {
      reply({ done: await carryOut(order, opened) });
    }
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : String(error) });
  }
});

process.on('disconnect', () => process.exit());

const nothing: Done = { times: [], found: 0, bytes: 0 };

async function carryOut(
  order: Exclude<Order, { do: 'open' }>,
  { engine, name, folder }: Opened,
): Promise<Done> {
  switch (order.do) {
    case 'put':
      return timed([order.entries], 0, async (entries) => {
        await engine.put(entries);
        return entries.length;
      });
    case 'save': {
      const done = await timed([undefined], 0, async () => {
        await engine.save();
        return 1;
      });
      return { ...done, bytes: await engine.bytesOnDisk() };
    }
    case 'ask':
      return timed(order.questions, order.warmUp, (question) => engine.ask(order.kind, question));
    case 'replace':
      return timed(order.entries, order.warmUp, async (entry) => {
        await engine.replace(entry);
        return 1;
      });
    case 'own query': {
      const { ownQuery } = await import('./own-query.ts');
      const own = ownQuery(name, folder);
      const done = own ? await timed(order.questions, order.warmUp, own.ask) : nothing;
      await own?.close();
      return done;
    }
    case 'handler': {
      const { publicSearch } = await import('./public-search.ts');
      const ask = await publicSearch(name, folder);
      return ask ? timed(order.questions, order.warmUp, ask) : nothing;
    }
    case 'memory':
      return { ...nothing, bytes: peakMemory() };
  }
}

/** One after the other; `work` answers how many were found. */
async function timed<Item>(
  items: readonly Item[],
  warmUp: number,
  work: (item: Item) => Promise<number>,
): Promise<Done> {
  const times: number[] = [];
  let found = 0;
  for (const [at, item] of items.entries()) {
    const began = performance.now();
    const count = await work(item);
    if (at < warmUp) continue;
    times.push(performance.now() - began);
    if (count > 0) found += 1;
  }
  return { times, found, bytes: 0 };
}

/** Linux lets a new process inherit the peak that resourceUsage tells of the one that started it. */
function peakMemory(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function reply(message: Reply): void {
  process.send?.(message);
}

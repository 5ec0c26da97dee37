/**
 * npm passes SIGINT and SIGTERM on to the script that it runs. When npm is killed, or the shell that it put between is
 * ended by a signal, the script hears nothing, and would hold its port and its data for ever. What npm itself was
 * started by is left out: in the background, a shell may end and a terminal may close.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Milliseconds between two looks. */
const lookEvery = 250;

/**
 * Calls back when npm (or pnpm, yarn, npx), or a shell between, has ended. Does nothing for a script that npm did not
 * start. Returns what stops the watching.
 */
export function whenNpmEnds(callback: () => void): () => void {
  const links = isRunByNpm() ? [ownLink, ...linksToNpm()] : [];
  if (links.length === 0) return () => undefined;
  let wasBroken = false;
  const timer = setInterval(() => {
    const isBroken = links.some(({ child, parent }) => parentOf(child) !== parent);
    // A hang-up that ends npm is for this process too, and is heard before the second look.
    if (isBroken && wasBroken) {
      clearInterval(timer);
      callback();
    }
    wasBroken = isBroken;
  }, lookEvery);
  timer.unref();
  return () => clearInterval(timer);
}

/** A process and the one that it was started by, by their ids. */
interface Link {
  readonly child: number;
  readonly parent: number;
}

const ownLink: Link = { child: process.pid, parent: process.ppid };

const script = process.env.npm_lifecycle_script;

/** The script of npm's names this file; another one may have started it on its way, to outlive it. */
function isRunByNpm(): boolean {
  return script?.includes(basename(process.argv[1] ?? '')) ?? false;
}

/** From the parent up to npm: all but npm itself were given the script in their environment. */
function linksToNpm(): Link[] {
  const links: Link[] = [];
  let child = process.ppid;
  while (wasGivenScript(child)) {
    const parent = parentOf(child);
    if (parent === undefined) break;
    links.push({ child, parent });
    child = parent;
  }
  return links;
}

function wasGivenScript(pid: number): boolean {
  return readProc(pid, 'environ')?.split('\0').includes(`npm_lifecycle_script=${script}`) ?? false;
}

/** Undefined for a process that has ended, and where the system does not tell it in `/proc`. */
function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  // The second field, a name in brackets, may hold spaces and brackets itself; the parent is the second one after it.
  const parent = readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function readProc(pid: number, file: 'environ' | 'stat'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * npm runs a script in a shell. A signal that is meant for npm alone ends npm, or the shell, and tells the script
 * nothing: it would go on for ever, holding its port and its data, with nobody to stop it.
 */
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const lookEvery = 250;

/** Calls back when npm, or the shell between, has gone. Does nothing for a script that npm did not start. */
export function whenNpmIsGone(callback: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    callback();
  }, lookEvery);
  timer.unref();
}

/** Undefined where the system does not tell it in `/proc`. */
function parentOf(pid: number): string | undefined {
  try {
    // The second field, a name in brackets, may hold spaces and brackets itself; the parent is the second one after it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
  } catch {
    return undefined;
  }
}

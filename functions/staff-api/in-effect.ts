/** Whether what staff did holds for visitors by the time that they are answered. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { withdrawalOf } from '../../shared/catalogue/withdrawals.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Milliseconds that an answer waits for the engine, and between two looks. */
const waitAtMost = 1_000;
const betweenLooks = 25;

export interface Effect {
  /** As it now is. */
  readonly row: DocumentRow;
  /** Whether visitors are shown what it says, or are no longer shown it. */
  readonly inEffect: boolean;
}

/**
 * Where visitors are shown nothing that is withdrawn, what left the public collection did so when it was written; whatever
 * else was changed waits for the engine, which may be long. Elsewhere the engine is waited for, a second at most.
 */
export async function effectOf(
  written: DocumentRow,
  { catalogue, excludesWithdrawn }: Pick<StaffDependencies, 'catalogue' | 'excludesWithdrawn'>,
): Promise<Effect> {
  const until = performance.now() + (excludesWithdrawn ? 0 : waitAtMost);
  for (;;) {
    const row = (await catalogue.get(written.id)) ?? written;
    const isWithdrawn = excludesWithdrawn && withdrawalOf(row) !== undefined;
    if (row.pendingSince === undefined || isWithdrawn) return { row, inEffect: true };
    if (performance.now() >= until) return { row, inEffect: false };
    await pause(betweenLooks);
  }
}

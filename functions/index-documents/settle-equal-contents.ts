/**
 * Carries out what follows from the rows of equal bytes: staff's corrections move along with a renaming, the old address
 * leads to the new one, and what is there twice says so. It follows from the rows alone, so any document of them may ask
 * for it, in any order and again.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isThere, type Rename, renamesAmong, sameAs } from '../../shared/catalogue/equal-contents.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { renamedAway, renamedHere, sameAsFound } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';

interface SettleDependencies {
  readonly catalogue: Pick<Catalogue, 'get' | 'transition' | 'withContent'>;
  readonly now: () => Date;
}

/**
 * Returns the ids of the rows that are pending by this alone. Those that were before have a message of their own, which
 * settles what it knows of too.
 */
export async function settleEqualContents(
  row: DocumentRow,
  on: SettleDependencies,
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  // What it was the same as, before its own row forgets that.
  const before = await Promise.all((row.sameAs ?? []).map((id) => on.catalogue.get(id)));
  const others = before.filter((other) => other?.content && other.content.sha256 !== row.content?.sha256);
  for (const other of new Map(others.map((one) => [one?.content?.sha256, one])).values()) {
    if (other) await settleContent(other, changed, on);
  }
  if (row.content) await settleContent(row, changed, on);
  else
    await change(
      row.id,
      (read) => sameAsFound(read, { content: undefined, sameAs: [] }, on.now()),
      changed,
      on,
    );
  return changed;
}

async function settleContent(row: DocumentRow, changed: Set<string>, on: SettleDependencies): Promise<void> {
  for (const rename of renamesAmong(await on.catalogue.withContent(row))) {
    await carryOut(rename, changed, on);
  }
  for (let round = 1; round <= rounds; round++) {
    if (await nameOthers(await on.catalogue.withContent(row), changed, on)) return;
  }
  throw new Error('The rows of equal bytes kept changing');
}

/** Rows that change this often while they are looked at are left to the queue's next try. */
const rounds = 10;

/** False when a row moved on since it was read here: another worker may know of fewer documents than are there. */
async function nameOthers(
  rows: readonly DocumentRow[],
  changed: Set<string>,
  on: SettleDependencies,
): Promise<boolean> {
  let isSettled = true;
  for (const seen of rows.filter(isThere)) {
    const found = { content: seen.content, sameAs: sameAs(seen, rows) };
    if (isDeepStrictEqual(seen.sameAs ?? [], found.sameAs)) continue;
    const nameThem = (read: DocumentRow | undefined) => {
      const isAsSeen = read?.revision === seen.revision;
      isSettled &&= isAsSeen;
      return isAsSeen ? sameAsFound(read, found, on.now()) : undefined;
    };
    await change(seen.id, nameThem, changed, on);
  }
  return isSettled;
}

/** The new name first: killed between the two, the corrections are at both, and are not taken over again. */
async function carryOut({ from, to }: Rename, changed: Set<string>, on: SettleDependencies): Promise<void> {
  if (await wasMadePublic(from, on)) return;
  await change(to.id, (row) => renamedHere(row, from, on.now()), changed, on);
  await change(from.id, (row) => renamedAway(row, { from, to }, on.now()), changed, on);
}

/** Its corrections go with staff's own move, whose end may not be told in its row yet. */
async function wasMadePublic(
  { key, content }: DocumentRow,
  { catalogue }: SettleDependencies,
): Promise<boolean> {
  const target = await catalogue.get(documentId(key.replace(/^internal\//, 'public/')));
  if (target?.movedFrom?.key !== key || target.state === 'removed') return false;
  return !target.movedFrom.done || target.content?.sha256 === content?.sha256;
}

async function change(
  id: string,
  transition: (row: DocumentRow | undefined) => DocumentRow | undefined,
  changed: Set<string>,
  { catalogue }: SettleDependencies,
): Promise<void> {
  await catalogue.transition(id, (row) => {
    const next = transition(row);
    if (next && row?.pendingSince === undefined) changed.add(id);
    return next;
  });
}

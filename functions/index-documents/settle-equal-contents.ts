/**
 * Carries out what follows from the rows of equal bytes: staff's corrections move along with a renaming, the old address
 * leads to the new one, and what is there twice says so. It follows from the rows alone, so any document of them may ask
 * for it, in any order and again.
 */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { isThere, type Rename, renamesAmong, sameAs } from '../../shared/catalogue/equal-contents.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { renamedAway, renamedHere, sameAsFound } from '../../shared/catalogue/transitions.ts';
import { documentId } from '../../shared/document.ts';

interface SettleDependencies {
  readonly catalogue: Catalogue;
  readonly now: () => Date;
}

/** Returns the ids of the rows that it changed, which are pending. */
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
  let rows = await on.catalogue.withContent(row);
  const renames = renamesAmong(rows);
  for (const rename of renames) await carryOut(rename, changed, on);
  if (renames.length > 0) rows = await on.catalogue.withContent(row);
  for (const each of rows.filter(isThere)) {
    const found = { content: each.content, sameAs: sameAs(each, rows) };
    await change(each.id, (read) => sameAsFound(read, found, on.now()), changed, on);
  }
}

/** The new name first: killed between the two, the corrections are at both, and are not taken over again. */
async function carryOut({ from, to }: Rename, changed: Set<string>, on: SettleDependencies): Promise<void> {
  if (await wasMadePublic(from, on)) return;
  await change(to.id, (row) => renamedHere(row, from, on.now()), changed, on);
  await change(from.id, (row) => renamedAway(row, { from, to }, on.now()), changed, on);
}

/** Its corrections go with staff's own move, whose end may not be told in its row yet. */
async function wasMadePublic({ key }: DocumentRow, { catalogue }: SettleDependencies): Promise<boolean> {
  const target = await catalogue.get(documentId(key.replace(/^internal\//, 'public/')));
  return target?.movedFrom?.key === key && target.state !== 'removed';
}

async function change(
  id: string,
  transition: (row: DocumentRow | undefined) => DocumentRow | undefined,
  changed: Set<string>,
  { catalogue }: SettleDependencies,
): Promise<void> {
  await catalogue.transition(id, (row) => {
    const next = transition(row);
    if (next) changed.add(id);
    return next;
  });
}

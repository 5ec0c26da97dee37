/** Renaming, in whatever order it is seen and wherever a process dies, on the transitions alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settleEqualContents } from '../../functions/index-documents/settle-equal-contents.ts';
import { isHiddenElsewhere } from '../../shared/catalogue/equal-contents.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { corrected, kept, removed } from '../../shared/catalogue/transitions.ts';
import type { Corrections } from '../../shared/corrections.ts';
import { documentId } from '../../shared/document.ts';

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];
const keyOf = (name: Name) => `public/${name}.txt`;

/** Files, the rows that tell of them, and steps that may end halfway. */
class Archive {
  readonly files = new Set<Name>(['a']);
  readonly rows = new Map<string, DocumentRow>();
  wasShown = false;
  #writesLeft = Number.POSITIVE_INFINITY;
  #time = Date.now();

  readonly #now = () => new Date(++this.#time);

  readonly #catalogue = {
    get: async (id: string) => this.rows.get(id),
    transition: async (id: string, change: (row: DocumentRow | undefined) => DocumentRow | undefined) => {
      const next = change(this.rows.get(id));
      if (!next) return this.rows.get(id);
      if (this.#writesLeft-- <= 0) throw new Error('It was killed');
      this.#write(next);
      return next;
    },
    withContent: async ({ content }: Pick<DocumentRow, 'content'>) =>
      [...this.rows.values()].filter((row) => row.content?.sha256 === content?.sha256),
  };

  #write(row: DocumentRow): void {
    this.wasShown ||= row.visibility === 'public';
    this.rows.set(row.id, row);
  }

  row(name: Name): DocumentRow | undefined {
    return this.rows.get(documentId(keyOf(name)));
  }

  /** Looks at the file as it is now. */
  async look(name: Name): Promise<void> {
    const key = keyOf(name);
    const row = this.row(name);
    const at = this.#now();
    if (!this.files.has(name)) {
      const next = removed(row, { at, by: 'upload' });
      if (next) this.#write(next);
      return;
    }
    if (row?.document) return;
    const rows = await this.#catalogue.withContent({ content: { sha256: 'x', cameAt: at.toISOString() } });
    const upload = {
      ...{ etag: 'e', size: 1, lastModified: at.toISOString(), metadataHash: 'm' },
      ...{ sidecarEtag: null, sequencer: null, source: null, readerVersion: 1 },
    };
    const document = { hash: 'h', kind: 'article' as const, title: 'T', publishedOn: null, visibility: null };
    const isHidden = isHiddenElsewhere(documentId(key), rows);
    const read = { key, upload, began: at, readAt: at, document, notes: [], sha256: 'x', isHidden };
    this.#write(kept(row, read, { at, by: 'upload' }));
  }

  correct(name: Name, corrections: Corrections): void {
    const row = this.row(name);
    const next = row && corrected(row, corrections, { at: this.#now(), by: 'staff' });
    if (next) this.#write(next);
  }

  /** As index-documents does; killed after so many writes. */
  async settle(name: Name, writes = Number.POSITIVE_INFINITY): Promise<void> {
    const row = this.row(name);
    if (!row) return;
    this.#writesLeft = writes;
    await settleEqualContents(row, { catalogue: this.#catalogue, now: this.#now }).catch(() => undefined);
  }

  async rest(): Promise<void> {
    for (const name of names) await this.look(name);
    for (const name of [...names, ...names]) await this.settle(name);
  }
}

const step = fc.record({
  what: fc.constantFrom('look' as const, 'settle' as const),
  name: fc.constantFrom<Name>('a', 'b'),
  writes: fc.constantFrom(0, 1, 2, 99),
});
const steps = fc.array(step, { maxLength: 8 });

async function take(
  archive: Archive,
  taken: (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
) {
  for (const { what, name, writes } of taken) {
    await (what === 'look' ? archive.look(name) : archive.settle(name, writes));
  }
}

const corrections: Corrections = { title: 'Van de redactie', themes: ['Wonen'] };

test('corrections end at the new name and the old one leads there, whatever is seen when', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.boolean(),
      steps,
      steps,
      async (isHidden, isPutFirst, between, after) => {
        const archive = new Archive();
        await archive.look('a');
        const said: Corrections = { ...corrections, ...(isHidden && { visibility: 'internal' as const }) };
        archive.correct('a', said);
        archive.wasShown = false;
        if (isPutFirst) archive.files.add('b');
        else archive.files.delete('a');
        await take(archive, between);
        archive.files.delete('a');
        archive.files.add('b');
        await take(archive, after);
        await archive.rest();
        expect(archive.row('b')).toMatchObject({ corrections: said, sameAs: undefined });
        expect(archive.row('a')).toMatchObject({ state: 'removed', renamedTo: documentId(keyOf('b')) });
        expect(archive.row('a')?.corrections).toEqual(isHidden ? { visibility: 'internal' } : {});
        if (isHidden) expect(archive.wasShown).toBe(false);
      },
    ),
    { numRuns: 120 },
  );
});

test('there and back again ends as it began, and no two names lead to each other', async () => {
  await fc.assert(
    fc.asyncProperty(steps, steps, async (away, back) => {
      const archive = new Archive();
      await archive.look('a');
      archive.correct('a', corrections);
      archive.files.delete('a');
      archive.files.add('b');
      await take(archive, away);
      archive.files.delete('b');
      archive.files.add('a');
      await take(archive, back);
      await archive.rest();
      expect(archive.row('a')).toMatchObject({ corrections });
      expect(archive.row('a')?.document).not.toBeNull();
      expect(archive.row('a')?.renamedTo).toBeUndefined();
    }),
    { numRuns: 120 },
  );
});

test('what staff take back under the new name is not taken over again', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (after) => {
      const archive = new Archive();
      await archive.look('a');
      archive.correct('a', corrections);
      archive.files.delete('a');
      archive.files.add('b');
      await archive.look('b');
      await archive.look('a');
      // Killed between the two rows.
      await archive.settle('b', 1);
      archive.correct('b', {});
      await take(archive, after);
      await archive.rest();
      expect(archive.row('b')?.corrections).toEqual({});
      expect(archive.row('a')?.renamedTo).toBe(documentId(keyOf('b')));
    }),
    { numRuns: 80 },
  );
});

test('copies name each other and nothing moves, whatever is seen when', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (seen) => {
      const archive = new Archive();
      await archive.look('a');
      archive.correct('a', corrections);
      archive.files.add('b').add('c');
      await take(archive, seen);
      await archive.rest();
      for (const name of names) {
        const others = names.filter((other) => other !== name).map((other) => documentId(keyOf(other)));
        expect(archive.row(name)?.sameAs).toEqual(others.sort());
        expect(archive.row(name)?.corrections).toEqual(name === 'a' ? corrections : {});
      }
    }),
    { numRuns: 80 },
  );
});

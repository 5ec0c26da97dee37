/** Writes changes to the index file and to what is held in memory; the caller keeps both in one transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexChange, IndexEntry } from '../../search-index.ts';
import { spellingsOf } from '../../spellings.ts';
import { words as foldedWords } from '../../tokens.ts';
import { type FieldWords, wordsOfEntry } from '../../words-of-entry.ts';
import type { ChangeLog } from './change-log.ts';
import { documentWeights, passageColumns } from './columns.ts';
import type { Held, Holdings } from './holdings.ts';
import { beingFilled } from './index-file.ts';
import { NumberRow, RemovedRow } from './rows.ts';

/**
 * How long a higher revision keeps lower ones out, in milliseconds: the longest that a Lambda function, and so a
 * worker that was overtaken, can live. After that a lower revision means that the catalogue was restored or begun
 * anew, and keeping it out would hide the document for good.
 */
const overtakenFor = 15 * 60 * 1000;

/**
 * Words from which a document's passages get an index of their own. Shorter documents are read through as fast, and
 * an index over all passages would double the file.
 */
const longDocument = 4_000;

type Removal = Extract<IndexChange, { readonly type: 'remove' }>;

export class FileWriter {
  readonly #holdings: Holdings;
  readonly #log: ChangeLog;
  readonly #now: () => number;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync, holdings: Holdings, log: ChangeLog, now: () => number) {
    this.#holdings = holdings;
    this.#log = log;
    this.#now = now;
    this.#statements = prepare(database);
  }

  /** Answers whether it was carried out: not when it was overtaken, nor when it is there already. */
  apply(change: IndexChange): boolean {
    const id = change.type === 'put' ? change.entry.id : change.id;
    const revision = change.type === 'put' ? change.entry.revision : change.revision;
    if (this.#isOvertaken(id, revision)) return false;
    if (change.type === 'remove') return this.#remove(change);
    this.#put(change.entry);
    return true;
  }

  markFilled(): void {
    this.#statements.markFilled.run();
  }

  /** Forgets removals that nobody needs to be told of once no worker can be behind them. */
  forgetOldRemovals(): void {
    this.#statements.forgetRemovals.run(this.#now() - overtakenFor);
  }

  #isOvertaken(id: string, revision: number): boolean {
    const held = this.#holdings.byId(id);
    if (held) return revision < held.revision && this.#isRecent(held.appliedAt);
    const removal = this.#removalOf(id);
    return removal !== undefined && revision < removal.revision && this.#isRecent(removal.removed_at);
  }

  #isRecent(time: number): boolean {
    return this.#now() - time < overtakenFor;
  }

  #put(entry: IndexEntry): void {
    const { passages: texts, alsoNamed: _, ...stored } = entry;
    const words = wordsOfEntry(entry);
    const besideTitle = [words.headings, words.names, words.mentions, words.body];
    const previous = this.#holdings.byId(entry.id);
    if (previous) this.#removeRows(previous);
    else this.#removeRemoval(entry.id);

    const firstPassage = NumberRow.parse(this.#statements.nextPassage.get()).number;
    const passagesIndexed = words.length >= longDocument;
    for (const [at, passage] of texts.entries()) {
      this.#statements.putPassage.run(firstPassage + at, JSON.stringify(passage));
      const passageWords = words.passages[at];
      if (passagesIndexed && passageWords) {
        const { heading, body } = passageWords;
        this.#statements.putPassageWords.run(
          firstPassage + at,
          heading.lemmas,
          body.lemmas,
          heading.parts,
          body.parts,
          heading.forms,
          body.forms,
        );
      }
    }
    const held: Held = {
      ordinal: previous?.ordinal ?? NumberRow.parse(this.#statements.nextOrdinal.get()).number,
      id: entry.id,
      revision: entry.revision,
      appliedAt: this.#now(),
      publishedOn: entry.publishedOn,
      spellings: this.#numbersOf(entry),
      firstPassage,
      passages: texts.length,
      passagesIndexed,
    };
    this.#statements.putDocument.run(
      held.ordinal,
      held.id,
      held.revision,
      held.appliedAt,
      held.publishedOn,
      entry.title,
      JSON.stringify(held.spellings),
      held.firstPassage,
      held.passages,
      Number(held.passagesIndexed),
    );
    this.#statements.putEntry.run(held.ordinal, JSON.stringify(stored));
    this.#statements.putDocumentWords.run(
      held.ordinal,
      words.title.lemmas,
      words.headings.lemmas,
      words.names.lemmas,
      words.mentions.lemmas,
      words.body.lemmas,
      words.title.parts,
      together(besideTitle.map(({ parts }) => parts)),
    );
    const forms = distinctForms([words.title, ...besideTitle]).join(' ');
    this.#statements.putDocumentForms.run(held.ordinal, forms);
    this.#statements.putTitleWords.run(held.ordinal, foldedWords(entry.title).join(' '));
    this.#log.append({ ordinal: held.ordinal, forms });
    this.#holdings.put(held);
    if (previous) this.#forget(previous);
  }

  #remove({ id, revision, gone, movedTo }: Removal): boolean {
    const held = this.#holdings.byId(id);
    const known = held ? undefined : this.#removalOf(id);
    if (known?.revision === revision && known.gone === gone) return false;
    if (held) {
      this.#removeRows(held);
      this.#log.append({ ordinal: held.ordinal, forms: '' });
      this.#forget(held);
    }
    this.#removeRemoval(id);
    this.#statements.putRemoval.run(id, revision, this.#now(), Number(gone));
    if (movedTo !== undefined) this.#statements.putMoved.run(id, movedTo);
    return true;
  }

  #removeRemoval(id: string): void {
    this.#statements.removeRemoval.run(id);
    this.#statements.removeMoved.run(id);
  }

  #removalOf(id: string) {
    const row = this.#statements.removal.get(id);
    return row && RemovedRow.parse(row);
  }

  #removeRows({ ordinal, firstPassage, passages, passagesIndexed }: Held): void {
    this.#statements.removeDocument.run(ordinal);
    this.#statements.removeEntry.run(ordinal);
    this.#statements.removeDocumentWords.run(ordinal);
    this.#statements.removeDocumentForms.run(ordinal);
    this.#statements.removeTitleWords.run(ordinal);
    const last = firstPassage + passages - 1;
    this.#statements.removePassages.run(firstPassage, last);
    if (!passagesIndexed) return;
    for (let number = firstPassage; number <= last; number++) this.#statements.removePassageWords.run(number);
  }

  #numbersOf(entry: IndexEntry): number[] {
    return spellingsOf(entry).map((spelling) => {
      const known = this.#holdings.values.numberOf(spelling);
      if (known !== undefined) return known;
      const { facet, slug, label } = spelling;
      const number = Number(this.#statements.putSpelling.run(facet, slug, label).lastInsertRowid);
      this.#holdings.values.add(number, spelling);
      return number;
    });
  }

  /** A name that no document has any more must not stay in the file. */
  #forget(held: Held): void {
    for (const number of this.#holdings.remove(held)) this.#statements.removeSpelling.run(number);
  }
}

function together(words: readonly string[]): string {
  return words.filter((each) => each !== '').join(' ');
}

function distinctForms(fields: readonly FieldWords[]): string[] {
  const forms = new Set(fields.flatMap((field) => field.forms.split(' ')));
  forms.delete('');
  return [...forms];
}

function insertionInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (rowid, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`;
}

/**
 * No INSERT OR REPLACE: SQLite wraps it in a savepoint, and at a savepoint FTS5 writes out all new words, which
 * takes ten times as long.
 */
function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    markFilled: statement(`DELETE FROM about WHERE name = '${beingFilled}'`),
    nextOrdinal: statement('SELECT coalesce(max(ordinal), 0) + 1 AS number FROM document'),
    nextPassage: statement('SELECT coalesce(max(number), 0) + 1 AS number FROM passage'),
    putDocument: statement('INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    removeDocument: statement('DELETE FROM document WHERE ordinal = ?'),
    putEntry: statement('INSERT INTO entry VALUES (?, ?)'),
    removeEntry: statement('DELETE FROM entry WHERE ordinal = ?'),
    putDocumentWords: statement(insertionInto('document_words', Object.keys(documentWeights))),
    removeDocumentWords: statement('DELETE FROM document_words WHERE rowid = ?'),
    putDocumentForms: statement('INSERT INTO document_forms (rowid, forms) VALUES (?, ?)'),
    removeDocumentForms: statement('DELETE FROM document_forms WHERE rowid = ?'),
    putTitleWords: statement('INSERT INTO title_words (rowid, title) VALUES (?, ?)'),
    removeTitleWords: statement('DELETE FROM title_words WHERE rowid = ?'),
    putPassage: statement('INSERT INTO passage VALUES (?, ?)'),
    removePassages: statement('DELETE FROM passage WHERE number BETWEEN ? AND ?'),
    putPassageWords: statement(insertionInto('passage_words', Object.values(passageColumns).flat())),
    removePassageWords: statement('DELETE FROM passage_words WHERE rowid = ?'),
    putSpelling: statement('INSERT INTO spelling (facet, slug, label) VALUES (?, ?, ?)'),
    removeSpelling: statement('DELETE FROM spelling WHERE number = ?'),
    removal: statement('SELECT revision, removed_at, gone FROM removed WHERE id = ?'),
    putRemoval: statement('INSERT INTO removed VALUES (?, ?, ?, ?)'),
    removeRemoval: statement('DELETE FROM removed WHERE id = ?'),
    putMoved: statement('INSERT INTO moved VALUES (?, ?)'),
    removeMoved: statement('DELETE FROM moved WHERE id = ?'),
    forgetRemovals: statement('DELETE FROM removed WHERE gone = 0 AND removed_at < ?'),
  };
}

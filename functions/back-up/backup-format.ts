/**
 * What a backup looks like: a line of JSON for each thing that staff made, in an order that depends on nothing else, so
 * that two backups can be compared line by line. Its last line says how many there are, so that half a file is not
 * taken for a whole one.
 */
import * as z from 'zod';
import { Corrections, fitRow, largestCorrections } from '../../shared/corrections.ts';
import { StoredTerm, type Term } from '../../shared/vocabulary.ts';

/** Grows when older programs could misread what is written. */
const schema = 1;

const AnySchema = z.object({ type: z.literal('vindplaats-backup'), schema: z.int() });

const Header = z.object({
  type: z.literal('vindplaats-backup'),
  schema: z.literal(schema),
  takenAt: z.iso.datetime(),
});

export const CorrectedUpload = z.object({
  /** The upload's key, which is what the document's id is made of. */
  key: z.string().min(1),
  corrections: Corrections.superRefine((corrections, context) => {
    if (fitRow(corrections)) return;
    context.addIssue({ code: 'too_big', origin: 'object', maximum: largestCorrections });
  }),
});
export type CorrectedUpload = z.infer<typeof CorrectedUpload>;

const Line = z.discriminatedUnion('type', [
  Header,
  z.object({ type: z.literal('term'), term: StoredTerm }),
  z.object({ type: z.literal('corrections'), ...CorrectedUpload.shape }),
  z.object({ type: z.literal('end'), terms: z.int().min(0), corrections: z.int().min(0) }),
]);
type Line = z.infer<typeof Line>;

/** All that staff made, which no upload holds. */
export interface StaffWork {
  /** Nothing that staff did after this is in it. */
  readonly takenAt: string;
  readonly terms: readonly Term[];
  readonly corrections: readonly CorrectedUpload[];
}

/** The backup, a line at a time. */
export function* backupLines({ takenAt, terms, corrections }: StaffWork): Generator<string> {
  yield toLine({ type: 'vindplaats-backup', schema, takenAt });
  const ordered = [...terms].sort((a, b) => byCodeUnits(`${a.type}#${a.slug}`, `${b.type}#${b.slug}`));
  for (const term of ordered) yield toLine({ type: 'term', term });
  for (const one of [...corrections].sort((a, b) => byCodeUnits(a.key, b.key))) {
    yield toLine({ type: 'corrections', ...one });
  }
  yield toLine({ type: 'end', terms: terms.length, corrections: corrections.length });
}

/** By code units, for the order of letters in a language changes with the version of the runtime. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Parsed, so that fields stand in the schema's order whatever order they were stored in. */
function toLine(line: Line): string {
  return `${JSON.stringify(Line.parse(line))}\n`;
}

/** A file that cannot be restored; the message says what is wrong with it. */
export class BadBackupError extends Error {
  override readonly name = 'BadBackupError';
}

/** The whole backup. Throws BadBackupError for a file that is none, of a later schema, damaged or cut off. */
export async function readBackup(lines: AsyncIterable<string>): Promise<StaffWork> {
  let takenAt: string | undefined;
  let end: Extract<Line, { type: 'end' }> | undefined;
  const terms: Term[] = [];
  const corrections: CorrectedUpload[] = [];
  let number = 0;
  for await (const text of lines) {
    number++;
    if (end) throw new BadBackupError(`Line ${number} comes after the end of the backup.`);
    const line = parseLine(text, number);
    if ((line.type === 'vindplaats-backup') !== (number === 1)) {
      throw new BadBackupError(
        number === 1 ? 'This is not a backup of Vindplaats.' : `Line ${number} begins a second backup.`,
      );
    }
    if (line.type === 'vindplaats-backup') takenAt = line.takenAt;
    else if (line.type === 'term') terms.push(line.term);
    else if (line.type === 'corrections') corrections.push({ key: line.key, corrections: line.corrections });
    else end = line;
  }
  if (!takenAt || end?.terms !== terms.length || end.corrections !== corrections.length) {
    throw new BadBackupError(
      'This backup is not whole: its last line, which counts the others, is missing or wrong.',
    );
  }
  return { takenAt, terms, corrections };
}

function parseLine(text: string, number: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadBackupError(`Line ${number} is not JSON.`, { cause });
  }
  const newer = AnySchema.safeParse(value);
  if (newer.success && newer.data.schema > schema) {
    throw new BadBackupError('A later version of Vindplaats made this backup: restore it with that version.');
  }
  const line = Line.safeParse(value);
  if (line.success) return line.data;
  const [issue] = line.error.issues;
  throw new BadBackupError(
    `Line ${number} is not a line of a backup: ${issue?.path.join('.')} ${issue?.message}.`,
  );
}

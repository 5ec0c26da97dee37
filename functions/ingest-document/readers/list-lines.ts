/**
 * Lines of an article that list its themes, keywords or organisations ("Trefwoorden: …"), as web pages end with them.
 * They are metadata and not text, but only as lines of their own at an end of the article: the same words may open a
 * sentence in the middle of it.
 */
import type { Found, Listed } from '../../../shared/document.ts';
import { fold, foldedWords } from '../../../shared/fold.ts';
import { beginsInLowerCase, endsSentence, holdsSentences } from './sentences.ts';

type Field = 'themes' | 'keywords' | 'organisations';

interface Piece {
  readonly type: string;
  readonly text: string;
  /** Blank lines before it, in plain text. */
  readonly gap?: number;
}

const fieldOfLabel: ReadonlyMap<string, Field> = new Map([
  ...['thema', 'themas', 'theme', 'themes'].map((label) => [label, 'themes'] as const),
  ...['trefwoord', 'trefwoorden', 'keyword', 'keywords', 'tag', 'tags'].map(
    (label) => [label, 'keywords'] as const,
  ),
  ...['organisatie', 'organisaties', 'organisation', 'organisations', 'organization', 'organizations'].map(
    (label) => [label, 'organisations'] as const,
  ),
]);

/** Verbs and pronouns that make a sentence of what follows the colon; names of themes do without. */
const sentenceWord =
  /(?:^|\s)(?:is|was|waren|werd|werden|wordt|worden|heeft|hebben|had|hadden|kan|kunnen|moet|moeten|gaat|gaan|ging|gingen|kwam|kwamen|komt|komen|stond|stonden|staat|staan|we|wij|ik|ze|zij|er|hier|daar|dat|dit|deze|are|were|has|have|this|that|they)(?=[\s,.;:]|$)/u;

/** Words; a longer name without a comma is a sentence. Names before a full stop must be shorter still. */
const longestName = 12;
const longestNameBeforeStop = 6;

/** Characters. */
const longestList = 2_000;

/** The share of a text that may stand before a list line, or after it, for it to be at that end of the text. */
const endShare = 0.1;

/** Characters; in a short text a title or the name of the author may stand there all the same. */
const endRoom = 100;

/** Whether a line begins as a list line does; in wrapped text such a line begins a paragraph. */
export function beginsListLine(line: string): boolean {
  return labelOf(line) !== null;
}

/** A list that was taken out of the text, with what leads it in. */
export interface TakenList<P extends Piece> {
  readonly field: Field;
  readonly names: readonly Listed[];
  readonly pieces: readonly P[];
}

/** The fields that list lines give, those lists, and the pieces without them. */
export function takeListLines<P extends Piece>(
  pieces: readonly P[],
): {
  readonly found: Partial<Pick<Found, Field>>;
  readonly lists: readonly TakenList<P>[];
  readonly rest: P[];
} {
  const lists = listsIn(pieces);
  const ofLists = new Set(lists.flatMap(({ from, to }) => range(from, to)));
  const before = runningSum(pieces.map(({ text }, at) => (ofLists.has(at) ? 0 : text.length)));
  const whole = before.at(-1) ?? 0;
  const room = Math.max(endRoom, endShare * whole);
  const found: Partial<Record<Field, Listed[]>> = {};
  const taken = new Set<number>();
  const takenLists: TakenList<P>[] = [];

  lists.forEach(({ field, names, from, to }, index) => {
    const atAnEnd = (before[from] ?? 0) <= room || whole - (before[to] ?? 0) <= room;
    const hasCompany = lists[index - 1]?.to === from || lists[index + 1]?.from === to;
    const leadIn = leadInBefore(pieces, from);
    if (!atAnEnd && !hasCompany && leadIn === null) return;
    found[field] ??= [];
    for (const name of names) found[field].push(name);
    for (const at of range(leadIn ?? from, to)) taken.add(at);
    takenLists.push({ field, names, pieces: pieces.slice(leadIn ?? from, to) });
  });
  return { found, lists: takenLists, rest: pieces.filter((_, at) => !taken.has(at)) };
}

interface List {
  readonly field: Field;
  readonly names: Listed[];
  readonly from: number;
  /** The first piece that is not of this list. */
  readonly to: number;
}

function listsIn(pieces: readonly Piece[]): List[] {
  const lists: List[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const list = listAt(pieces, at);
    if (!list) continue;
    lists.push(list);
    at = list.to - 1;
  }
  return lists;
}

/** The list that begins with this piece: names behind the label, or the label alone with the names below it. */
function listAt(pieces: readonly Piece[], from: number): List | null {
  const piece = pieces[from];
  const label = piece && labelOf(piece.text, piece.type === 'heading');
  if (!label) return null;
  let { names } = label;
  let to = from + 1;
  if (names !== '') {
    for (
      let next = pieces[to];
      next && names.length <= longestList && goesOn(names, next);
      next = pieces[++to]
    )
      names += ` ${next.text}`;
    return namesOnly(names) ? { field: label.field, names: [{ form: 'line', text: names }], from, to } : null;
  }
  const below: Listed[] = [];
  const type = pieces[to]?.type;
  for (let next = pieces[to]; next?.type === type && next && isName(next); next = pieces[++to]) {
    // Only bullets and lines without a blank line between them show how far the names go.
    if (below.length > 0 && type !== 'item' && next.gap !== 0) break;
    below.push({ form: type === 'item' ? 'label' : 'line', text: next.text });
  }
  return below.length > 0 ? { field: label.field, names: below, from, to } : null;
}

/** The field that a line begins to list, and the names behind its colon. A heading needs no colon. */
function labelOf(line: string, isHeading = false): { readonly field: Field; readonly names: string } | null {
  const [, label = '', names = ''] =
    /^([^:]{3,16}?)\s*:\s*(.*)$/su.exec(line) ?? (isHeading ? [line, line] : []);
  const field = fieldOfLabel.get(foldedWords(label).join(''));
  return field === undefined ? null : { field, names: names.trim() };
}

function goesOn(names: string, next: Piece): boolean {
  return next.type !== 'heading' && !beginsListLine(next.text) && names.endsWith(',') && namesOnly(next.text);
}

function isName(piece: Piece): boolean {
  return (
    piece.type !== 'heading' &&
    !beginsListLine(piece.text) &&
    piece.text.length <= 200 &&
    namesOnly(piece.text)
  );
}

/** Whether a text can be names and nothing else. */
function namesOnly(text: string): boolean {
  if (text.length > longestList || !/[\p{L}\p{N}]/u.test(text)) return false;
  const stops = endsSentence(text) && !/\b[BNV]\.?V\.?$/.test(text);
  if ((stops || beginsInLowerCase(text)) && sentenceWord.test(fold(text))) return false;
  if (holdsSentences(text)) return false;
  const longest = stops ? longestNameBeforeStop : longestName;
  return text.split(/[,;|]/).every((name) => name.trim().split(/\s+/).length <= longest);
}

/** A line that only leads in the list lines after it ("Meer artikelen over deze thema's:"). */
function leadInBefore(pieces: readonly Piece[], at: number): number | null {
  const before = pieces[at - 1];
  const leads =
    before?.text.endsWith(':') &&
    before.text.length <= 100 &&
    !beginsListLine(before.text) &&
    /\b(?:thema|trefwoord|onderwerp|organisatie|theme|keyword|tag|topic)/.test(fold(before.text));
  return leads ? at - 1 : null;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** For each place the sum of all numbers before it, and at the end of all. */
function runningSum(numbers: readonly number[]): number[] {
  const sums = [0];
  for (const number of numbers) sums.push((sums.at(-1) ?? 0) + number);
  return sums;
}

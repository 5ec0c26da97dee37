/** Parts a text from the metadata at its top: front matter in any of its notations, and what looks like it. */
import type { VisibilityStatement } from '../../../shared/document.ts';
import { meaningOf, namesLevel, visibleWords } from '../visibility/stated-visibility.ts';
import { fieldOf, linesFrom, statementOf } from './field-lines.ts';
import { type Format, type FrontMatter, readFrontMatter } from './front-matter.ts';

export interface PartedText {
  readonly frontMatter: FrontMatter;
  /** The text without what was read as fields. */
  readonly text: string;
  /** What stands between two rulers at the top without being fields; it is in the text, too. */
  readonly prose: { readonly between: string; readonly below: string } | null;
}

/** Blocks, comments and beginnings of a page above the text; with more, what the others say counts as unclear. */
const mostAtTop = 1_000;

const nothing: FrontMatter = { fields: {}, statements: [], notes: [] };

/**
 * Only blocks that are marked at both ends are taken out of the text. Of what is marked at its beginning only, or by
 * nothing at all, the text stays as it is, and only what it says of visibility counts.
 */
export function partFrontMatter(text: string): PartedText {
  const blocks: FrontMatter[] = [];
  const said: VisibilityStatement[] = [];
  let kept = '';
  let prose: PartedText['prose'] = null;
  let at = 0;
  for (let seen = 0; ; seen++) {
    if (seen === mostAtTop) {
      said.push({ name: 'visibility', value: '' });
      break;
    }
    const top = topOf(text, at);
    if (top.skipped) {
      if (top.skipped.comment !== null) said.push(...statementsInComment(top.skipped.comment));
      kept += text.slice(at, top.skipped.end);
      at = top.skipped.end;
      continue;
    }
    if (blocks.length === 0) said.push(...statementsInDocumentsBelow(text, top.at));
    const block = blockAt(text, top.at) ?? (blocks.length > 0 ? documentAt(text, top.at) : null);
    const frontMatter = block && holdsFields(block) ? readFrontMatter(block.content, block.format) : null;
    if (block && frontMatter && Object.keys(frontMatter.fields).length > 0) {
      blocks.push(frontMatter);
      at = block.end;
      continue;
    }
    said.push(...(frontMatter?.statements ?? []), ...(block ? statementsIn(block.lead, 'alone') : []));
    if (!frontMatter && (blocks.length === 0 || opens(text, top.at))) {
      said.push(...leadingStatements(text, top.at));
    }
    if (block && blocks.length === 0 && text[top.at] === '-') {
      prose = { between: block.content, below: kept + text.slice(block.end) };
    }
    break;
  }
  return {
    frontMatter: joined([...blocks, { ...nothing, statements: said }]),
    text: kept + text.slice(at),
    prose,
  };
}

/** Of a field that is in several blocks, the first. */
function joined(blocks: readonly FrontMatter[]): FrontMatter {
  const notes = new Map(blocks.flatMap((block) => block.notes).map((note) => [note.code, note]));
  return {
    fields: Object.assign({}, ...blocks.map(({ fields }) => fields).toReversed()),
    statements: blocks.flatMap(({ statements }) => statements),
    notes: [...notes.values()],
  };
}

interface Top {
  /** The first place that is neither blank nor invisible. */
  readonly at: number;
  /** What may stand above fields: a comment, or the beginning of a page. */
  readonly skipped?: { readonly comment: string | null; readonly end: number };
}

const blank = /[\s\p{Default_Ignorable_Code_Point}]/u;

function topOf(text: string, from: number): Top {
  let at = from;
  while (at < text.length && blank.test(String.fromCodePoint(text.codePointAt(at) ?? 0))) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  if (text.startsWith('<!--', at)) {
    const end = text.indexOf('-->', at + 4);
    if (end >= 0) return { at, skipped: { comment: text.slice(at + 4, end), end: end + 3 } };
  } else if (/^%YAML\s/.test(text.slice(at, at + 6))) {
    const [line] = linesFrom(text, at);
    if (line) return { at, skipped: { comment: null, end: line.end } };
  } else if (/^<(?:!doctype|\?xml|html|head)[\s>]/i.test(text.slice(at, at + 10))) {
    const end = text.indexOf('>', at);
    if (end >= 0) return { at, skipped: { comment: null, end: end + 1 } };
  }
  return { at };
}

interface Block {
  readonly format: Format;
  readonly content: string;
  /** Its lines up to the first blank one. */
  readonly lead: string;
  /** Where the text goes on. */
  readonly end: number;
}

function blockOf(format: Format, content: string, end: number): Block {
  const lines = linesOf(content);
  const blankAt = lines.findIndex(isBlank);
  return { format, content, lead: lines.slice(0, blankAt < 0 ? lines.length : blankAt).join('\n'), end };
}

/** How a block of each notation begins and ends. */
const notations: readonly { readonly format: Format; readonly opens: RegExp; readonly closes: RegExp }[] = [
  { format: 'yaml', opens: /^-{3,}(?:\s*(?:ya?ml|json))?(?:\s*#.*)?$/i, closes: /^(?:-{3,}|\.{3})\s*$/ },
  { format: 'toml', opens: /^\+{3,}(?:\s*toml)?$/i, closes: /^\+{3,}\s*$/ },
  { format: 'yaml', opens: /^;{3,}(?:\s*json)?$/i, closes: /^;{3,}\s*$/ },
];

/** Lines; further down, fields that are not marked at their end are text: a dialogue, or a list of words. */
const mostLeadingLines = { marked: 1_000, unmarked: 20 };

/** Characters; no line that opens or closes a block is longer. */
const longestMark = 200;

/** The block that begins here and is marked at both ends. */
function blockAt(text: string, at: number): Block | null {
  if (beginsObject(text, at)) return objectAt(text, at);
  const [first] = linesFrom(text, at);
  if (!first) return null;
  // `--- title: x`, as YAML allows it.
  const inline = /^-{3}\s+\S/.test(first.text) && fieldOf(first.text.slice(3)) !== null;
  const mark = first.text.slice(0, longestMark).trimEnd();
  const notation = inline ? notations[0] : notations.find(({ opens }) => opens.test(mark));
  if (!notation) return null;
  const start = inline ? at + 3 : first.end;
  for (const line of linesFrom(text, first.end)) {
    if (!notation.closes.test(line.text.slice(0, longestMark))) continue;
    return blockOf(notation.format, text.slice(start, line.start), line.end);
  }
  return null;
}

/** Whether a line that marks a block stands here. */
function opens(text: string, at: number): boolean {
  const [first] = linesFrom(text, at);
  return first !== undefined && (beginsObject(text, at) || isRuler(first.text));
}

/** A YAML document below another one, of which the end is marked only. */
function documentAt(text: string, at: number): Block | null {
  let hasFields = false;
  for (const line of linesFrom(text, at)) {
    if (hasFields && /^(?:-{3,}|\.{3})\s*$/.test(line.text.slice(0, longestMark))) {
      const content = text.slice(at, line.start);
      // A line of text above a ruler is a heading; one that sets visibility is not.
      return linesOf(content).some(setsVisibility) ? blockOf('yaml', content, line.end) : null;
    }
    if (fieldOf(line.text) === null) return null;
    hasFields = true;
  }
  return null;
}

/** A JSON object or list of them at the top: up to what closes the first one, outside of strings, and alone on its line. */
function objectAt(text: string, at: number): Block | null {
  let depth = 0;
  let inString = false;
  for (let end = at; end < text.length; end++) {
    const sign = text[end] ?? '';
    if (inString && sign === '\\') end++;
    else if (sign === '"') inString = !inString;
    else if (!inString && '{['.includes(sign)) depth++;
    else if (!inString && '}]'.includes(sign) && --depth === 0) {
      const [rest] = linesFrom(text, end + 1);
      const content = text.slice(at, end + 1);
      // Text in braces, and text behind them, is a sentence.
      const isAlone = rest === undefined || rest.text.trim() === '';
      return isAlone && fieldOf(content) !== null ? blockOf('yaml', content, end + 1) : null;
    }
  }
  return null;
}

const beginsObject = (text: string, at: number) => /^(?:\[\s{0,100})?\{/.test(text.slice(at, at + 102));

/** Whether a block is fields from its first line on, and not text between two rulers. */
function holdsFields({ content }: Block): boolean {
  const lines = linesOf(content);
  const first = lines.find((line) => !isBlank(line) && !line.trimStart().startsWith('#'));
  if (first === undefined || !beginsFields(first.trim())) return false;
  const hasProse = lines.some((line, at) => at > 0 && isBlank(lines[at - 1]) && !isPartOfFields(line));
  return !hasProse || readFrontMatter(content).notes.length === 0;
}

const isBlank = (line: string | undefined) => line !== undefined && line.trim() === '';

/** A field, or a sign with which YAML begins one. */
const beginsFields = (line: string) =>
  /^[{["'?&*!%-]/.test(line) || fieldOf(line) !== null || setsVisibility(line);

/** What may follow a blank line among fields: another field, more of the one above, or a comment. */
const isPartOfFields = (line: string) => isBlank(line) || /^[\s#{}[\]-]/.test(line) || fieldOf(line) !== null;

const setsVisibility = (line: string) => statementOf(line) !== null;

const isRuler = (line: string) => /^(?:([-+;*=~_–—])\1{2,}|`{3})/u.test(line.trim().slice(0, longestMark));

/**
 * What the lines at the top say of visibility, up to the first that is no field: below a mark of any kind, whatever they
 * say; without a mark only where it cannot be a sentence.
 */
function leadingStatements(text: string, at: number): VisibilityStatement[] {
  const [first] = linesFrom(text, at);
  if (!first || isIndented(text, at) || first.text.startsWith('```') || first.text.startsWith('~~~'))
    return [];
  const hasRuler = isRuler(first.text);
  const marked = hasRuler || beginsObject(text, at);
  const most = mostLeadingLines[marked ? 'marked' : 'unmarked'];
  const lines: string[] = [];
  let wasBlank = false;
  let isApart = false;
  for (const line of linesFrom(text, hasRuler ? first.end : at)) {
    const written = line.text.trim();
    if ((written === '' && !marked) || lines.length === most) break;
    if (written === '' || isRuler(written)) wasBlank = true;
    if (!/[\p{L}\p{N}]/u.test(written)) continue;
    if (!(wasBlank ? fieldOf(written) !== null : isPartOfFields(line.text) || setsVisibility(written))) break;
    isApart ||= wasBlank && lines.length === 0;
    lines.push(line.text);
    wasBlank = false;
  }
  const how = marked && !isApart ? 'marked' : lines.length > 1 ? 'listed' : 'alone';
  return statementsIn(lines.join('\n'), how);
}

const isDocumentMark = (line: string) => /^(?:-{3,}|\.{3})$/.test(line.slice(0, longestMark).trimEnd());

/**
 * What the documents below the first one say of visibility, in whatever number: each is marked at both ends, and holds
 * fields, a directive or a single word. The first that is text ends them.
 */
function statementsInDocumentsBelow(text: string, at: number): VisibilityStatement[] {
  const [first] = linesFrom(text, at);
  if (!first || !isDocumentMark(first.text)) return [];
  const statements: VisibilityStatement[] = [];
  let document: string[] = [];
  let isFirst = true;
  let seen = 0;
  for (const line of linesFrom(text, first.end)) {
    const written = line.text.trim();
    if (++seen > mostLeadingLines.marked) break;
    if (isDocumentMark(written)) {
      if (!isFirst && document.length > 0)
        statements.push(...readFrontMatter(document.join('\n')).statements);
      document = [];
      isFirst = false;
    } else if (written !== '') {
      const isWord = /^\S+$/.test(written.slice(0, longestMark));
      if (!isWord && !written.startsWith('%') && !isPartOfFields(line.text) && !setsVisibility(written))
        break;
      document.push(line.text);
    }
  }
  return statements;
}

/** Four spaces make code of a line. */
function isIndented(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^(?: {4}|\t)/.test(text.slice(start, start + 4));
}

/**
 * `marked` lines are fields for certain; `listed` ones stand among others of their kind, and one that stands `alone` may be
 * a heading: those count only where their value is understood, short, or begins with a level.
 */
function statementsIn(text: string, how: 'marked' | 'listed' | 'alone'): VisibilityStatement[] {
  return linesOf(text).flatMap((line) => {
    const statement = statementOf(line);
    if (!statement) return [];
    const { name, value } = statement;
    if (how !== 'marked' && !/^[\p{L}*_"'“‘]/u.test(line.trim())) return [];
    if (how !== 'marked' && mayBeSentence(statement, how)) return [];
    return [{ name, value }];
  });
}

/** Words of a value that is not understood; with more, it is a sentence about visibility. */
const longestValue = { listed: 4, alone: 1 };

function mayBeSentence(statement: VisibilityStatement, how: 'listed' | 'alone'): boolean {
  const { name, value } = statement;
  if (how === 'alone' && visibleWords(name).length > 1) return true;
  if (meaningOf(statement) !== 'unclear') return false;
  const [first = '', ...more] = visibleWords(value);
  const beginsWithLevel = meaningOf({ name: 'visibility', value: first }) !== 'unclear';
  const isShort = more.length < longestValue[how];
  return !((namesLevel(name) || how === 'listed') && (isShort || beginsWithLevel));
}

/** Comments may put several fields on a line. */
function statementsInComment(comment: string): VisibilityStatement[] {
  return statementsIn(comment.replace(/[;,{}]/g, '\n'), 'marked');
}

function linesOf(text: string): string[] {
  return Array.from(linesFrom(text), (line) => line.text);
}

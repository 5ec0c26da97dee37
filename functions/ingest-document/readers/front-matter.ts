/** Metadata written as text (front matter, sidecars): its fields, and all that it says of visibility. */
import { parse as parseToml } from 'smol-toml';
import { type Document, isAlias, isNode, isScalar, parseAllDocuments, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import type { Note, VisibilityStatement } from '../../../shared/document.ts';
import { mayNameVisibility, meaningOf, mentionsVisibility } from '../visibility/stated-visibility.ts';
import { linesFrom, statementOf, withoutBlankRuns } from './field-lines.ts';

export type Format = 'yaml' | 'toml';

export interface FrontMatter {
  /** The fields at the top level; of a field that is there twice, the last. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Every field that may set visibility, at every level and as often as it is there. */
  readonly statements: readonly VisibilityStatement[];
  readonly notes: readonly Note[];
}

const Fields = z.record(z.string(), z.unknown());

/** As front matter is written by hand, with every scalar kept as the text that stands there: a date stays a date. */
const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/** Characters; longer front matter is no metadata. */
const longest = 100_000;

/**
 * Where the text is malformed, each top-level field is read by itself, so that a colon too many in the title does not cost
 * the others. Visibility is looked for in the lines too, so that no quote, bracket or colon too few can hide it.
 */
export function readFrontMatter(written: string, format: Format = 'yaml'): FrontMatter {
  const text = withoutBlankRuns(written);
  const parsed = text.length > longest ? null : format === 'toml' ? tomlFields(text) : yamlFields(text);
  const { stated, rest } = statementsInLines(text);
  if (parsed) {
    const swallowed = stated.filter(({ at }) => !parsed.isName(at)).map(asSwallowed);
    return { fields: parsed.fields, statements: [...parsed.statements, ...swallowed], notes: [] };
  }
  return {
    fields: fieldByField(text.slice(0, longest)),
    statements: [
      ...stated.map(({ name, value }) => ({ name, value })),
      ...(mentionsVisibility(rest) ? [unnamed] : []),
    ],
    notes: [malformed],
  };
}

/** Says that visibility was meant to be set, and not how. */
const unnamed: VisibilityStatement = { name: 'visibility', value: '' };

/** A line that stands within the value of another field: only that it says *public* can be without consequence. */
function asSwallowed({ name, value }: VisibilityStatement): VisibilityStatement {
  return meaningOf({ name, value }) === 'public' ? { name, value } : { name, value: '' };
}

interface StatementInText extends VisibilityStatement {
  /** Where the name begins in the text. */
  readonly at: number;
}

/** What single lines say of visibility, and the lines that say nothing of it. */
function statementsInLines(text: string): { readonly stated: StatementInText[]; readonly rest: string } {
  const stated: StatementInText[] = [];
  const rest: string[] = [];
  for (const line of linesFrom(text)) {
    const statement = statementOf(line.text);
    if (statement) stated.push({ ...statement, at: line.start + statement.at });
    else if (!line.text.trimStart().startsWith('#')) rest.push(line.text);
  }
  return { stated, rest: rest.join('\n') };
}

interface Parsed extends Pick<FrontMatter, 'fields' | 'statements'> {
  /** Whether the name of a field stands at this place of the text. */
  readonly isName: (at: number) => boolean;
}

/** The fields of all documents in the text; null when it is not well formed, or holds something else than fields. */
function yamlFields(text: string): Parsed | null {
  try {
    const documents = parseAllDocuments(text, options);
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
    const fields: Record<string, unknown> = {};
    for (const document of documents) {
      if (document.contents === null || (isScalar(document.contents) && !document.contents.value)) continue;
      const read = Fields.safeParse(document.toJS({ maxAliasCount: 100 }));
      if (!read.success) return null;
      Object.assign(fields, read.data);
    }
    const pairs = documents.flatMap(pairsOf);
    return {
      fields,
      statements: pairs.flatMap(({ name, values }) => values.map((value) => ({ name, value }))),
      isName: (at) => pairs.some(({ from, to }) => from <= at && at < to),
    };
  } catch {
    // The parser throws on aliases without an anchor and on nesting beyond its stack: malformed like any other.
    return null;
  }
}

interface VisibilityPair {
  readonly name: string;
  readonly values: readonly string[];
  /** Where the name stands in the text. */
  readonly from: number;
  readonly to: number;
}

/** Every pair, at any depth, whose name may be one for visibility. */
function pairsOf(document: Document.Parsed): VisibilityPair[] {
  const pairs: VisibilityPair[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      const name = scalarText(key, document);
      if (name === null || !mayNameVisibility(name)) return;
      const [from = 0, to = 0] = (isNode(key) && key.range) || [];
      pairs.push({ name, values: valuesOf(value, document), from, to });
    },
  });
  return pairs;
}

/** A list or nested value is understood only where it says internal. */
function valuesOf(value: unknown, document: Document.Parsed): string[] {
  const scalar = scalarText(value, document);
  if (scalar !== null) return [scalar];
  const values: string[] = [];
  if (isNode(value)) {
    visit(value, {
      Scalar(_, node) {
        const text = String(node.value ?? '');
        values.push(meaningOf({ name: 'visibility', value: text }) === 'internal' ? text : '');
      },
    });
  }
  return values.length > 0 ? [...new Set(values)] : [''];
}

function scalarText(node: unknown, document: Document.Parsed): string | null {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  return isScalar(resolved) ? String(resolved.value ?? '') : null;
}

/** The same, with dates and numbers as the text that stands there. */
function tomlFields(text: string): Parsed | null {
  try {
    const parsed = yamlFields(JSON.stringify(parseToml(text)));
    return parsed && { ...parsed, isName: () => false };
  } catch {
    return null;
  }
}

/** Each top-level field read by itself, as far as its own lines can be. */
function fieldByField(text: string): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  let chunk: string[] = [];
  const add = () => {
    const [first = ''] = chunk;
    const colon = first.indexOf(':');
    if (colon > 0) {
      const name = first.slice(0, colon).trim();
      if (!fields.has(name)) {
        fields.set(name, fieldIn(chunk.join('\n'), name) ?? unquoted(first.slice(colon + 1).trim()));
      }
    }
    chunk = [];
  };
  for (const { text: line } of linesFrom(text)) {
    const begins = line.trim() !== '' && !/^[\s-]/.test(line);
    if (begins) add();
    if (!begins || !/^[#:]/.test(line)) chunk.push(line);
  }
  add();
  return Object.fromEntries(fields);
}

function fieldIn(chunk: string, name: string): unknown {
  try {
    const document = parseDocument(chunk, options);
    const fields =
      document.errors.length > 0 ? {} : Fields.safeParse(document.toJS({ maxAliasCount: 100 })).data;
    return fields?.[name];
  } catch {
    return undefined;
  }
}

function unquoted(text: string): string {
  const [first] = text;
  const isQuoted = text.length > 1 && (first === '"' || first === "'") && text.endsWith(first);
  return isQuoted ? text.slice(1, -1) : text;
}

const malformed: Note = {
  code: 'malformed-front-matter',
  message: {
    nl: 'De velden boven aan het bestand kloppen niet helemaal. Wat leesbaar was, is gebruikt; controleer de titel en de andere velden.',
    en: 'The fields at the top of the file are not quite right. What could be read was used; check the title and the others.',
  },
};

import { parseDocument } from 'yaml';
import * as z from 'zod';
import type { Note } from '../../../shared/document.ts';

const Fields = z.record(z.string(), z.unknown());

/** As front matter is written by hand, with every scalar kept as the text that stands there: a date stays a date. */
const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/** Characters; longer front matter is no metadata. */
const longest = 100_000;

/**
 * The fields of YAML front matter. Where it is malformed, each top-level field is read by itself, so that a colon
 * too many in the title does not cost the others, least of all the visibility.
 */
export function readFrontMatter(yaml: string): {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
} {
  const text = yaml.slice(0, longest);
  if (text.trim() === '') return { fields: {}, notes: [] };
  const whole = text.length === yaml.length ? parseFields(text) : null;
  if (whole) return { fields: whole, notes: [] };
  const fields: Record<string, unknown> = {};
  for (const [chunk, name = '', inline = ''] of text.matchAll(
    /^([^\s#:-][^:\n]*?)[ \t]*:(.*)(?:\n(?:[ \t-].*)?)*/gm,
  )) {
    const value = parseFields(chunk)?.[name] ?? inline.trim().replace(/^(["'])(.*)\1$/, '$2');
    fields[name] ??= value;
  }
  // What was meant to keep a document inside must not fail for want of a colon.
  const visibility = /^\W*(?:visibility|zichtbaarheid)(?!\p{L})/imu;
  if (visibility.test(yaml) && !Object.keys(fields).some((name) => visibility.test(name)))
    fields.visibility = '?';
  return { fields, notes: [malformed] };
}

function parseFields(yaml: string): Record<string, unknown> | null {
  try {
    const document = parseDocument(yaml, options);
    if (document.errors.length > 0) return null;
    return Fields.safeParse(document.toJS({ maxAliasCount: 100 })).data ?? null;
  } catch {
    // The parser throws on aliases without an anchor and on nesting beyond its stack: malformed like any other.
    return null;
  }
}

const malformed: Note = {
  code: 'malformed-front-matter',
  message: {
    nl: 'De YAML boven aan het bestand klopt niet helemaal. Wat leesbaar was, is gebruikt; controleer de titel en de andere velden.',
    en: 'The YAML at the top of the file is not quite right. What could be read was used; check the title and the other fields.',
  },
};

/**
 * Reads a hunspell affix file and dictionary and spells out every form that the two together give. Only what the
 * Dutch files use: two-character flags, suffix and prefix rules with conditions, one suffix and one prefix per
 * form. Used when the lexicon is built, never in a running system.
 */

interface AffixRule {
  readonly strip: string;
  readonly add: string;
  readonly condition: RegExp;
  readonly flags: readonly string[];
}

interface Affix {
  readonly kind: 'prefix' | 'suffix';
  /** Whether a prefix and a suffix may meet on one word. */
  readonly crosses: boolean;
  readonly rules: AffixRule[];
}

export type Affixes = ReadonlyMap<string, Affix>;

export interface Entry {
  readonly word: string;
  readonly flags: ReadonlySet<string>;
}

/** A form of an entry, and how it was made. */
export interface Form {
  readonly form: string;
  /** The entry's word with the same prefix. */
  readonly base: string;
  /** The rule that made it, or null for the entry itself. */
  readonly suffix: string | null;
  readonly prefix: string;
  /** The form's own flags: those of the entry for the entry itself, those of the rule for a suffixed form. */
  readonly flags: ReadonlySet<string>;
}

function splitFlags(flags: string): string[] {
  return flags.match(/../gu) ?? [];
}

export function parseAffixes(text: string): Affixes {
  const affixes = new Map<string, Affix>();
  for (const line of text.split('\n')) {
    const [type, flag, third, fourth, fifth] = line.trim().split(/\s+/);
    if ((type !== 'SFX' && type !== 'PFX') || flag === undefined || third === undefined) continue;
    const known = affixes.get(flag);
    if (known === undefined) {
      affixes.set(flag, { kind: type === 'SFX' ? 'suffix' : 'prefix', crosses: third === 'Y', rules: [] });
      continue;
    }
    const [add = '', flags = ''] = (fourth ?? '').split('/');
    const condition = fifth === undefined || fifth.startsWith('ts:') || fifth.startsWith('#') ? '.' : fifth;
    known.rules.push({
      strip: third === '0' ? '' : third,
      add: add === '0' ? '' : add,
      condition: new RegExp(type === 'SFX' ? `${condition}$` : `^${condition}`, 'u'),
      flags: splitFlags(flags),
    });
  }
  return affixes;
}

/** The first line is a count, and is left out. */
export function parseDictionary(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [word = '', flags = ''] = line.trim().split('/');
    if (word !== '') entries.push({ word, flags: new Set(splitFlags(flags)) });
  }
  return entries;
}

export function* formsOf(entry: Entry, affixes: Affixes): Generator<Form> {
  const prefixes = [''];
  const suffixed: { form: string; suffix: string; crosses: boolean; flags: ReadonlySet<string> }[] = [];
  for (const flag of entry.flags) {
    const affix = affixes.get(flag);
    if (affix === undefined) continue;
    for (const rule of affix.rules) {
      if (affix.kind === 'prefix') {
        // The hyphen is no prefix of its own, and "aller-" makes a superlative that is found without it.
        if (rule.add !== '-' && flag !== 'A0') prefixes.push(rule.add);
      } else if (entry.word.endsWith(rule.strip) && rule.condition.test(entry.word)) {
        const form = entry.word.slice(0, entry.word.length - rule.strip.length) + rule.add;
        suffixed.push({ form, suffix: flag, crosses: affix.crosses, flags: new Set(rule.flags) });
      }
    }
  }
  for (const prefix of prefixes) {
    const base = prefix + entry.word;
    yield { form: base, base, suffix: null, prefix, flags: entry.flags };
    for (const { form, suffix, crosses, flags } of suffixed) {
      if (prefix === '' || crosses) yield { form: prefix + form, base, suffix, prefix, flags };
    }
  }
}

/**
 * The forms of a Dutch verb from its infinitive, by the spelling rules of the Woordenlijst (open and closed
 * syllables, v/f, z/s, 't kofschip) and a list of the verbs that no rule gives. Used when the lexicon is built.
 * Everything is folded: lower case without accents.
 */
import { readFileSync } from 'node:fs';
import { particles } from './particles.ts';

/** Prefixes that take the place of ge- in the participle. */
const unstressed = ['be', 'ge', 'her', 'er', 'ont', 'ver'];

/** Prefixes that some verbs keep in every form. */
const maybeInseparable = new Set([
  'mis',
  'over',
  'onder',
  'door',
  'vol',
  'weer',
  'voor',
  'om',
  'aan',
  'achter',
]);

const vowels = 'aeiouy';
const digraphs = new Set('aa ee oo uu ie oe ui eu ei ij ou au ai oi'.split(' '));

/** What may stand before a strong verb without changing its pattern. */
const verbPrefixes = [
  ...unstressed,
  ...particles,
  ...[
    'mis',
    'over',
    'onder',
    'voor',
    'door',
    'om',
    'weer',
    'vol',
    'aan',
    'achter',
    'ondoor',
    'veron',
    'beaan',
  ],
];

export function readWordTable(file: string): string[][] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
}

const strongVerbs: ReadonlyMap<string, readonly string[]> = new Map(
  readWordTable('strong-verbs.txt').map(([infinitive = '', ...forms]) => [infinitive, forms]),
);

/** The stems that the spelling allows, the likeliest first; the caller knows which of them are words. */
export function stemsOf(infinitive: string): string[] {
  if (!infinitive.endsWith('n')) return [];
  const short = infinitive.slice(0, -1);
  if (!infinitive.endsWith('en')) return [short];
  const root = infinitive.slice(0, -2);
  const last = root.at(-1) ?? '';
  const before = root.at(-2) ?? '';
  const beforeThat = root.at(-3) ?? '';
  if (last === '') return [];
  if (vowels.includes(last)) return /(?:zi|do)$/.test(root) ? [short] : [root, short];
  if (last === before) return [root.slice(0, -1)];
  const closed = last === 'v' ? `${root.slice(0, -1)}f` : last === 'z' ? `${root.slice(0, -1)}s` : root;
  const doubled = `${closed.slice(0, -1)}${before}${closed.slice(-1)}`;
  // An unstressed e is not doubled (wandelen: wandel), a stressed one is (beheren: beheer): both are tried.
  // Folding has taken the diaeresis away: the ie of associëren is no long vowel.
  if (digraphs.has(beforeThat + before))
    return beforeThat + before === 'ie' ? [closed, doubled] : [closed, `${root}e`];
  if (!vowels.includes(before) || before === 'y' || before === 'i') return [closed, `${root}e`];
  return [doubled, closed, `${root}e`];
}

function separate(infinitive: string, isVerb: (word: string) => boolean): [string, string] {
  for (const particle of particles) {
    const verb = infinitive.slice(particle.length);
    if (infinitive.startsWith(particle) && verb.length >= 4 && isVerb(verb)) return [particle, verb];
  }
  return ['', infinitive];
}

/** Participle without the particle: ge- unless the verb starts with an unstressed prefix. */
function participle(verb: string, stem: string, ending: string): string[] {
  const closed = stem.endsWith(ending) ? stem : stem + ending;
  const doubled = stem.endsWith('d') || stem.endsWith('t') ? stem : closed;
  const bare = unstressed.some((prefix) => verb.startsWith(prefix) && verb.length - prefix.length >= 4);
  if (bare) return [doubled, `ge${doubled}`];
  return [...maybeInseparable].some((prefix) => verb.startsWith(prefix))
    ? [`ge${doubled}`, doubled]
    : [`ge${doubled}`];
}

/** The inflected participle: betaalde, gewerkte, besproken (unchanged), and people so called: betrokkenen. */
function inflected(participles: readonly string[]): string[] {
  return participles.flatMap((form) => [`${form}e`, `${form}en`]);
}

export interface Conjugation {
  readonly stem: readonly string[];
  readonly finite: readonly string[];
  /** Past and present participles with their inflected forms. */
  readonly participles: readonly string[];
  /** Forms that the list of strong verbs gives. */
  readonly strong: readonly string[];
}

export function conjugate(
  infinitive: string,
  isVerb: (word: string) => boolean,
  isStem: (word: string) => boolean,
): Conjugation {
  const [particle, verb] = separate(infinitive, isVerb);
  const strongBase =
    [...strongVerbs.keys()]
      .filter((base) => verb.endsWith(base))
      .sort((one, other) => other.length - one.length)
      .find((base) => base === verb || verbPrefixes.includes(verb.slice(0, -base.length))) ?? '';
  const prefix = verb.slice(0, verb.length - strongBase.length);
  const stems = stemsOf(verb);
  const stem = stems.find((one) => isStem(one) || isStem(particle + one)) ?? stems[0] ?? verb;
  const root = verb.endsWith('en') ? (verb.at(-3) ?? '') : '';
  const voiceless = 'tkfsxp'.includes(root) || (root === 'h' && verb.at(-4) === 'c');
  const past = voiceless && root !== '' ? 't' : 'd';
  const done = strongBase === '' ? participle(verb, stem, past) : [];
  const doing = `${verb}d`;
  // What looks like a particle may be the verb's own (informeren) or fast (ondersteunen): those are tried as well.
  const whole =
    particle === '' || strongBase !== '' ? [] : participle(particle + verb, particle + stem, past);
  const together = maybeInseparable.has(particle) ? whole : whole.slice(0, 1);
  const separable = (forms: readonly string[]) => forms.map((form) => particle + form);
  return {
    stem: separable([stem]),
    finite: separable([stem.endsWith('t') ? stem : `${stem}t`, `${stem}${past}e`, `${stem}${past}en`]),
    participles: [
      ...separable([...done, ...inflected([...done, doing]), doing]),
      ...together,
      ...inflected(together),
    ],
    strong: separable(
      (strongVerbs.get(strongBase) ?? []).flatMap((form) => {
        const ge = form.startsWith('ge') && form.length > 5;
        const shapes = prefix === '' && !(ge && maybeInseparable.has(particle)) ? [form] : [];
        if (prefix !== '') shapes.push(prefix + form);
        if (ge && prefix !== '') shapes.push(prefix + form.slice(2));
        if (ge && prefix === '' && maybeInseparable.has(particle)) shapes.push(form, form.slice(2));
        return shapes.flatMap((shape) =>
          shape.length > 4 && (ge || shape.endsWith('en')) ? [shape, `${shape}e`, `${shape}en`] : [shape],
        );
      }),
    ),
  };
}

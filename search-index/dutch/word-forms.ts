/**
 * From the dictionary's entries to one lemma for every form. A lemma here is what a search needs: noun and verb
 * of one stem share theirs (werk, werken, gewerkt) where the spelling of their forms cannot tell them apart.
 */
import { fold } from '../../shared/fold.ts';
import { conjugate, readWordTable, stemsOf } from './conjugation.ts';
import { type Affixes, type Entry, formsOf } from './hunspell.ts';
import { basesOf } from './inflection-rules.ts';
import { particles } from './particles.ts';
import { isStopWord } from './stop-words.ts';

/** What the dictionary says of a form. */
export interface WordForm {
  /** Folded, as it is looked up. */
  readonly form: string;
  lemma: string;
  /** Allowed by the dictionary as a first or middle part of a compound. */
  modifier: boolean;
  /** Allowed by the dictionary as the last part of a compound. */
  head: boolean;
  /** Only ever written with a capital: a name. */
  name: boolean;
  /** A form of a verb, the infinitive included. */
  verb: boolean;
  /** Has inflections of its own, or is one: its lemma is certain. */
  inflects: boolean;
  /** Inflects as a noun, or may be part of a compound. */
  noun: boolean;
  adjective: boolean;
  /** Exists only inside compounds. */
  bound: boolean;
  /** A noun or adjective by itself although its lemma is a verb. */
  ownAsHead: boolean;
}

interface Reading {
  readonly lemma: string;
  readonly kind:
    | 'noun'
    | 'diminutive'
    | 'adjective'
    | 'possessive'
    | 'link'
    | 'stem'
    | 'finite'
    | 'participle'
    | 'strong'
    | 'irregular';
}

interface Draft {
  readings: Reading[];
  nounEntry: boolean;
  adjectiveEntry: boolean;
  compared: boolean;
  verbStem: boolean;
  infinitive: boolean;
  plainEntry: boolean;
  pluralS: boolean;
  pluralEn: boolean;
  lowerCase: boolean;
  modifier: boolean;
  head: boolean;
  bound: boolean;
}

/** Letters only: `foto's` is looked up as `fotos`, `co-ouder` as `coouder`. Undefined for anything else. */
export function lookupKey(word: string): string | undefined {
  const key = fold(word).replace(/['’.-]/g, '');
  return /^[a-z]+$/.test(key) ? key : undefined;
}

const nounSuffix = /^[ZY]/;
const adjectiveSuffix = /^A[a-z]$/;
/** Adjective + heid, adjective + e(n) as a noun of its own, female forms: other words, with a lemma of their own. */
const derivations = new Set(['Zm', 'Xe']);

export function wordForms(
  entries: readonly Entry[],
  affixes: Affixes,
  frequency: (form: string) => number,
): Map<string, WordForm> {
  const drafts = new Map<string, Draft>();
  const draft = (key: string): Draft => {
    let known = drafts.get(key);
    if (known === undefined) {
      known = {
        readings: [],
        nounEntry: false,
        adjectiveEntry: false,
        compared: false,
        verbStem: false,
        infinitive: false,
        plainEntry: false,
        pluralS: false,
        pluralEn: false,
        lowerCase: false,
        modifier: false,
        head: false,
        bound: false,
      };
      drafts.set(key, known);
    }
    return known;
  };

  for (const entry of entries) {
    if (entry.flags.has('Fw')) continue;
    const flags = [...entry.flags];
    const headMay = entry.flags.has('Cc') || entry.flags.has('Cd');
    for (const { form, base, suffix, flags: own } of formsOf(entry, affixes)) {
      const key = lookupKey(form);
      const lemma = lookupKey(base);
      if (key === undefined || lemma === undefined || key.length < 1) continue;
      const word = draft(key);
      if (form.charAt(0) === form.charAt(0).toLowerCase()) word.lowerCase = true;
      if (own.has('Ca') || own.has('Cb') || own.has('Ce') || own.has('CA') || own.has('CB'))
        word.modifier = true;
      if (suffix === null) {
        if (headMay) word.head = true;
        if (own.has('Cx')) word.bound = true;
        else word.plainEntry = true;
        if (flags.some((flag) => nounSuffix.test(flag) && flag !== 'Zm')) word.nounEntry = true;
        if (flags.some((flag) => adjectiveSuffix.test(flag) && flag !== 'Ai')) word.adjectiveEntry = true;
        if (flags.some((flag) => /^A[bcdeoqsxy]$/.test(flag))) word.compared = true;
        if (flags.some((flag) => /^V[3abpq]$/.test(flag))) word.verbStem = true;
        if (entry.flags.has('Vi')) word.infinitive = true;
        if (flags.some((flag) => ['Za', 'Zc', 'Cd', 'Zi'].includes(flag))) word.pluralS = true;
        if (flags.some((flag) => /^Z[befghj]$/.test(flag))) word.pluralEn = true;
      } else if (derivations.has(suffix)) {
        word.nounEntry = true;
        word.plainEntry = true;
      } else if (suffix === 'Ch' || suffix === 'Cd') {
        word.readings.push({ lemma, kind: suffix === 'Cd' ? 'noun' : 'link' });
        if (headMay && suffix === 'Cd') word.head = true;
        if (suffix === 'Ch') word.bound ||= !word.plainEntry;
        word.modifier = true;
      } else if (nounSuffix.test(suffix)) {
        if (!(suffix === 'Zb' && /^[^aeiouy]*[aeiou][^aeiouy]$/.test(lemma))) {
          word.readings.push({ lemma, kind: suffix.startsWith('Y') ? 'diminutive' : 'noun' });
        }
        if (headMay) word.head = true;
      } else if (adjectiveSuffix.test(suffix)) {
        word.readings.push({ lemma, kind: 'adjective' });
      } else if (suffix === 'PN') {
        word.readings.push({ lemma, kind: 'possessive' });
      } else if (suffix.startsWith('V')) {
        // Finite forms are tied to their infinitive below; until then they stand for themselves.
        word.plainEntry = true;
      } else {
        word.plainEntry = true;
      }
    }
  }

  for (const [lemma = '', ...forms] of readWordTable('irregular-forms.txt')) {
    for (const form of forms) {
      const key = lookupKey(form);
      const base = lookupKey(lemma);
      if (key !== undefined && base !== undefined)
        draft(key).readings.push({ lemma: base, kind: 'irregular' });
    }
  }

  const pasts = new Set(
    [...drafts].flatMap(([key, word]) =>
      word.infinitive
        ? conjugate(
            key,
            () => false,
            () => false,
          ).strong
        : [],
    ),
  );
  for (const [key, word] of drafts) {
    if (!word.plainEntry || word.verbStem || pasts.has(key) || !key.endsWith('en') || key.length < 5)
      continue;
    if (/[dt]en$/.test(key) && drafts.get(key.slice(0, -3))?.verbStem) continue;
    if (stemsOf(key).some((stem) => drafts.get(stem)?.verbStem)) word.infinitive = true;
  }
  const isVerb = (word: string) => drafts.get(word)?.infinitive === true;
  const isStem = (word: string) => drafts.get(word)?.verbStem === true || drafts.has(`${word}t`);
  const simple = [...drafts].filter(([, word]) => word.infinitive).map(([key]) => key);
  const infinitives = new Set([...simple, ...irregularVerbs]);
  for (const verb of simple) {
    if (pasts.has(verb) || verb.length < 4) continue;
    if (particles.some((particle) => verb.startsWith(particle) && isVerb(verb.slice(particle.length))))
      continue;
    const { participles, strong } = conjugate(verb, isVerb, isStem);
    const past = [...participles.slice(0, 2), ...strong].filter((form) => form.startsWith('ge'));
    for (const particle of particles) {
      if (past.some((form) => drafts.has(particle + form))) infinitives.add(particle + verb);
    }
  }
  const verbForms = new Set<string>(infinitives);
  for (const infinitive of infinitives) {
    const particle = particles.find(
      (one) => infinitive.startsWith(one) && isVerb(infinitive.slice(one.length)),
    );
    if (!drafts.has(infinitive)) draft(infinitive).lowerCase = true;
    draft(infinitive).infinitive = true;
    const { stem, finite, participles, strong } = conjugate(infinitive, isVerb, isStem);
    for (const [kind, forms] of [
      ['stem', stem],
      ['finite', finite],
      ['participle', participles],
      ['strong', strong],
    ] as const) {
      for (const form of forms) {
        const made = particle !== undefined && kind !== 'stem' && form.startsWith(particle);
        const known = drafts.get(form) ?? (made ? draft(form) : undefined);
        if (known === undefined || form === infinitive) continue;
        known.lowerCase = true;
        known.readings.push({ lemma: infinitive, kind });
        verbForms.add(form);
      }
    }
  }

  // A noun and a verb that share both stem and plural are one for a search.
  const nounOfVerb = new Map<string, string>();
  for (const infinitive of infinitives) {
    if (unrelated.has(infinitive)) continue;
    for (const stem of conjugate(infinitive, isVerb, isStem).stem) {
      const noun = drafts.get(stem);
      if (noun === undefined || !isStem(stem)) continue;
      if (!noun.nounEntry && !(noun.plainEntry && noun.head && noun.modifier)) continue;
      const plural = drafts
        .get(infinitive)
        ?.readings.some((one) => one.kind === 'noun' && one.lemma === stem);
      if (plural || (!noun.pluralS && !noun.pluralEn)) nounOfVerb.set(infinitive, stem);
    }
  }

  const result = new Map<string, WordForm>();
  for (const [form, word] of drafts) {
    const lemma = choose(form, word, drafts, frequency);
    result.set(form, {
      form,
      lemma,
      modifier: word.modifier,
      head: word.head,
      name: !word.lowerCase,
      noun: word.nounEntry || (word.plainEntry && (word.head || word.modifier)),
      adjective: word.adjectiveEntry,
      verb: verbForms.has(form),
      inflects: lemma !== form || word.nounEntry || word.adjectiveEntry || word.infinitive || word.verbStem,
      bound: word.bound && !word.plainEntry,
      ownAsHead:
        lemma !== form &&
        !form.endsWith('e') &&
        word.plainEntry &&
        (word.pluralEn || word.pluralS || word.head || word.nounEntry) &&
        drafts.get(lemma)?.infinitive === true &&
        !word.infinitive &&
        (nounBesidePast.has(form) || !word.readings.some((one) => one.kind === 'strong')),
    });
  }
  for (const word of result.values()) {
    const noun = nounOfVerb.get(word.lemma);
    if (noun !== undefined && result.get(noun)?.lemma === noun) word.lemma = noun;
  }
  tieByAnalogy(result);
  // A verb that shares only its infinitive with another word (dagen: dag) keeps its other forms to itself.
  const apart = new Set(
    [...infinitives].filter((infinitive) => {
      const lemma = result.get(infinitive)?.lemma ?? infinitive;
      return lemma !== infinitive && nounOfVerb.get(infinitive) !== lemma && `${lemma}n` !== infinitive;
    }),
  );
  followChains(result, apart);
  return result;
}

/** Nouns and other words that a reader takes for themselves although a verb has the same form. */
const before = (words: string) => new Set(words.split(/\s+/));
const nounBeforePast = before(
  `bad baden bond bonden boog bogen gedachte gedachten gezegde gezegden gevangene gevangenen greep ingreep misgreep
  groeven ingezetene ingezetenen kloof kloven kreet kreten look mat matten reden reet regen rook school scholen
  schoot sleep sloop spleet spleten sprong stal stallen steeg stegen steven streek streken verbond verbonden
  verleden vlot vloot vloten vocht voer week weken wond zegen zin zon vroeg verband bal ring last`,
);
/** Infinitives whose form is far more often another verb's past. */
const pastBeforeInfinitive =
  /(?:zagen|bleken|braken|kozen|vochten|leken|logen|wezen|stalen|waren|schoven|schrokken|bogen|zogen|gaven|sloten)$/;

/** gedragen, overgedragen: participle before infinitive. */
function isPerfect(form: string): boolean {
  return form.startsWith('ge') || particles.some((particle) => form.startsWith(`${particle}ge`));
}

/** Of the past and other forms that go with their verb, those that are nouns as well. */
const nounBesidePast = before(
  'staat gegeven kan kom was beet goot leed genoot scheen wees sla sloot greep gat',
);

/** Adjectives and nouns whose inflected look misleads: each is its own lemma. */
const ownLemma = before(
  `naaste oudere jongere negen zeven beter meer minder minst minste liever eerder verder later beste laatste eerste
  waarde wijze finale stage rede weergave documentaire gave wake vete accessoire circulaire ronde constante
  variabele geliefde koude bekend onbekend gezond ongezond geschikt ongeschikt bereid verlegen verkeerd gelijk
  gewoon gedrag gevolg gevaar geval gemak bedrag bepaald bijzonder verschillend bijen linker rechter meten open kosten hersenen
  gezamenlijk reeds slechts rechts links anders vervolgens nieuws echter beetje uitsluitend spannend treffend
  geweld gouden laten wijzen tonen stelen eren zijn kijken leven eten weten verlies oordeel ongeveer`,
);

function choose(
  form: string,
  word: Draft,
  drafts: ReadonlyMap<string, Draft>,
  frequency: (form: string) => number,
): string {
  if (ownLemma.has(form)) return form;
  if (form.endsWith('heden') && drafts.has(`${form.slice(0, -5)}heid`)) return `${form.slice(0, -5)}heid`;
  if (isStopWord(form)) {
    // Auxiliaries go with their infinitive; no other function word is an inflection of anything.
    const verb = word.readings.find(
      (one) => (one.kind === 'irregular' || one.kind === 'strong') && isStopWord(one.lemma),
    );
    return verb?.lemma ?? form;
  }
  const best = (...kinds: Reading['kind'][]) =>
    word.readings
      .filter(
        (one) =>
          kinds.includes(one.kind) &&
          one.lemma !== form &&
          one.lemma.length > 1 &&
          !(isStopWord(one.lemma) && !isStopWord(form) && !drafts.get(one.lemma)?.infinitive),
      )
      .sort(
        (one, other) =>
          Number(drafts.get(other.lemma)?.lowerCase) - Number(drafts.get(one.lemma)?.lowerCase) ||
          (kinds.includes('strong') ? one.lemma.length - other.lemma.length : 0) ||
          frequency(other.lemma) - frequency(one.lemma) ||
          (one.lemma < other.lemma ? -1 : 1),
      )[0]?.lemma;
  const longest = word.readings
    .filter((one) => one.kind === 'diminutive')
    .sort((one, other) => other.lemma.length - one.lemma.length)[0]?.lemma;

  const nouns = new Set(word.readings.filter((one) => one.kind === 'noun').map((one) => one.lemma));
  const likeliest = best('noun');
  // Wonden is of wond and of wonde: the shorter one stands for both.
  const shorter = likeliest?.endsWith('e') ? likeliest.slice(0, -1) : '';
  const noun = longest ?? (nouns.has(shorter) ? shorter : likeliest);
  const finite = best('finite');
  const strong =
    nounBeforePast.has(form) || (word.infinitive && !pastBeforeInfinitive.test(form) && !isPerfect(form))
      ? undefined
      : best('strong');
  const participle = best('participle');
  const adjective = best('adjective');
  const own = word.plainEntry ? form : undefined;
  const nounLike =
    word.nounEntry ||
    (word.head &&
      noun === undefined &&
      participle === undefined &&
      frequency(finite ?? best('stem') ?? '') < Math.max(1, frequency(form)));
  const irregular = best('irregular');
  if (irregular !== undefined) return irregular;
  if (
    strong !== undefined &&
    (noun === undefined || noun.length < 3 || frequency(strong) > 3 * frequency(noun))
  ) {
    return strong;
  }
  if (
    participle !== undefined &&
    particles.some((one) => participle.startsWith(one) && form.startsWith(`${one}ge`))
  ) {
    return participle;
  }
  if (longest !== undefined) return longest;
  if (verbBeforeNoun.has(form)) return finite ?? best('stem') ?? form;
  if (own !== undefined && nounLike && !participleBeforeNoun.has(form)) {
    // A form such as "kleine" is a noun too, but goes with its adjective; "regels" is never a noun of its own.
    if (form.endsWith('e') && (adjective ?? participle) !== undefined) return adjective ?? participle ?? form;
    if (noun === undefined || word.pluralEn || word.pluralS || frequency(noun) < 4 * frequency(form))
      return own;
  }
  if (noun !== undefined) return noun;
  if (word.infinitive) return form;
  if (adjective !== undefined) return adjective;
  if (participle !== undefined) return participle;
  if (own !== undefined && word.adjectiveEntry) return own;
  return finite ?? best('stem') ?? own ?? best('link') ?? best('possessive') ?? form;
}

/** Verbs that have nothing to do with the noun of the same spelling. */
const unrelated = before(
  `baden graven wijken lijken prijzen winden luiken malen wegen weken wijzen stelen tonen eren korren boeren poten arme haren bedden wetten kommen mannen zijn heten
  bergen haten laten maten noten palen peren reden rijmen sloten tappen varen vellen wezen zeven zagen`,
);

/** Verbs that the dictionary does not mark as such. */
const irregularVerbs = before('zijn hebben kunnen zullen mogen willen moeten weten');

const verbBeforeNoun = before('sluit stelt spant heft belt meet leest praat zit');

const participleBeforeNoun = before('gericht gesticht gedacht');

/**
 * The dictionary lists many compounds bare, plural beside singular. A bare word whose ending is an inflected word
 * takes the same step when that gives another entry: zorgkantoren ends in kantoren, of kantoor.
 */
function tieByAnalogy(words: Map<string, WordForm>): void {
  for (const word of words.values()) {
    if (ownLemma.has(word.form)) continue;
    const small = /[^aeiou]je$/.test(word.form) && word.lemma === word.form && word.noun;
    if ((word.inflects && !small) || word.form.length < 5) continue;
    for (const { base, kind } of basesOf(word.form)) {
      const known = words.get(base);
      if (known === undefined || known.lemma !== base || known.verb) continue;
      if ((known.name || word.name) && !(word.form.endsWith('e') && base.endsWith('s'))) continue;
      if (kind === 'noun' ? known.noun : known.adjective || (base.endsWith('s') && base.length > 5)) {
        if (isStopWord(base)) break;
        word.lemma = base;
        word.inflects = true;
        break;
      }
    }
  }
  const steps: [WordForm, string][] = [];
  for (const word of words.values()) {
    if (word.inflects || word.form.length < 6 || word.name) continue;
    for (let at = 2; at <= word.form.length - 3; at++) {
      const head = words.get(word.form.slice(at));
      if (head === undefined || head.lemma === head.form) continue;
      const lemma = word.form.slice(0, at) + head.lemma;
      if (words.has(lemma)) {
        steps.push([word, lemma]);
        break;
      }
    }
  }
  for (const [word, lemma] of steps) {
    word.lemma = lemma;
    word.inflects = true;
  }
}

/** Every lemma is its own lemma, unless it is a noun or adjective that also is a verb's form. */
function followChains(words: ReadonlyMap<string, WordForm>, apart: ReadonlySet<string>): void {
  const settled = new Map<string, string>();
  for (const word of words.values()) {
    const seen: string[] = [word.form];
    let lemma = word.lemma;
    for (;;) {
      const next = words.get(lemma);
      if (next === undefined || next.lemma === lemma || next.ownAsHead || apart.has(lemma)) break;
      if (seen.includes(lemma)) {
        // Two words that are each other's forms: the alphabet decides, the same way for both.
        lemma = [...seen.slice(seen.indexOf(lemma))].sort()[0] ?? lemma;
        break;
      }
      seen.push(lemma);
      lemma = next.lemma;
    }
    settled.set(word.form, lemma);
  }
  for (const word of words.values()) word.lemma = settled.get(word.form) ?? word.lemma;
}

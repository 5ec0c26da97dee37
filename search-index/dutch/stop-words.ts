/**
 * Words that hold a Dutch sentence together and say nothing of its subject: articles, pronouns, prepositions,
 * conjunctions, auxiliaries and the commonest adverbs, with what apostrophes and abbreviation dots leave behind.
 * Folded. The list is short on purpose: a word that may be what someone looks for is not on it.
 */
const words = `
  de het een der des den t s n m d
  ik je jij jou jouw u uw hij hem zijn ze zij haar we wij ons onze jullie hun hen men
  me mij mijn zich zichzelf elkaar iemand niemand iets niets
  dit dat deze die wie wat welke welk waar wanneer hoe waarom
  er hier daar ergens nergens
  aan achter bij binnen boven buiten door in langs met na naar naast om onder op over per sinds te tegen ten ter tijdens
  tot tussen uit van vanaf vanuit via volgens voor voorbij wegens zonder
  en of maar want dus noch als dan toen omdat doordat zodat opdat terwijl hoewel indien tenzij mits nadat voordat zodra
  niet geen wel ook nog al alle alles allen ander andere anderen
  ben bent is was waren geweest worden word wordt werd werden geworden
  heb hebt heeft hebben had hadden gehad kan kunt kunnen kon konden zal zult zullen zou zouden
  moet moeten moest moesten mag mogen mocht mochten wil wilt willen wilde wilden
  doen doet doe deed gaan gaat ga
  zo zulke zeer heel erg te veel meer meest weinig minder minst alleen alweer immers echter toch even eens
  nu ooit nooit altijd vaak soms steeds weer reeds daarna daarom daarbij daardoor daarmee daarvan daarvoor
  hierbij hierdoor hiermee hiervan hiervoor waarbij waardoor waarmee waarvan waarvoor waarin waarop ervan ervoor erin erop
  ja nee zelf zelfs elk elke ieder iedere iedereen enkele sommige beide beiden
  oa oa ed dwz dmv mbt bijv bv nav ivm tav evt etc enz jl as tm ca resp`;

export const stopWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/));

/** Whether a folded word, as the analyser gives it, is a stop word. */
export function isStopWord(folded: string): boolean {
  return stopWords.has(folded);
}

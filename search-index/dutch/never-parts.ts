/**
 * Strings that are words by themselves but, at the edge of a longer word, nearly always an ending or a prefix.
 * A compound is never divided there; docs/dutch.md names where that loses a true boundary.
 */

const listed = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Never the last part: endings, and words that are far more often an ending than a part. */
export const endings = listed(
  `aal aan aar aard aars aat achtig af al als an ans ant are aren as at baar baars bare baren be bel ben bes best bij d de del
  delen dele den der ders des die dien dom doms door dor e ede een eer eerd eerde eert eest eel eels eens ei eis
  eit el elen els elende em en end ende ene enen ens ent enten er eraar erd erde ere eren erend erende erig erij
  ering erlei ers ert es ese ester et eten eur euze ge gen ger gers gene haftig heid heden ie iek iel iele iet ieus
  ig ige igen in ina ine ing inge ingen ings ink is isch ische isme ist iste isten ite iteit ja je jes kel ken kens
  ker kers kje kjes kunde la lans len ler lers lei lijk lijke lijker lijks lijkst loos loost loze lozer
  ma me men mens mer mes na naar nar naren ne nel nen ner ners nes net nis nissen om on onder ons op or os over
  pel pen per pers pje ra re rein rel ren rend rende res ret ring ringen rings sa saam sam schap schappen se sel
  sels sen ser sers sie siek sing singen st stel ste sten ster sters stig sus t te ted teer tel telen ten tend
  tende ter teren terd ters tes tie ties tig tij ting tingen tor toren tje tjes tot uit ur ut uur ver vol von
  voor vuldig waarts ware waren zaam zame ze zei zen zer zerig zing zij zijn rijk rijke ling lingen lings heel
  king kingen ding dingen ping pingen age rage acht eraf daags daagse grafie grafisch logisch logische anten matig matige
  naars naar nering letje letjes listen machtig gelijk gelijke hap orden geving kundig kundige kundigen kundigheid vaardig vaardige vaardiger eden ier iers ares electie grafische rend
  telijk teloos erwijs wijs wijze maal zelf weg terug toe heen mee neer los vast open mis samen`,
);
/** Of those, words that do end compounds when the whole is unmistakable: these need a frequent first part. */
export const rareHeads = listed(
  `ring ringen net netten acht mens mensen stel stellen uur weg wegen ster sterren del pen pennen maal bel
  toren torens eis eisen is peer siek ziek rijk vol los open wijze wijzen kunde mes messen hal rel ren ster rein`,
);

/** Never the first part: prefixes of verbs and nouns, and bits that begin many simple words. */
export const beginnings = listed(
  `a aan aaneen ab ac achter ad af al als an ander anders ante anti ap ar as at be ben bes best bij bijeen
  boven co col com con cor de der des di dia die dis doe door dwars e een ei el em en er ere es et ex ge
  gelijk ha haar han heen her hier hoe hyper i ie ik il im in ineen inter ir is ja je ka kan la le len ma
  mar me mede mee meer meest men mi micro mini mis mo na naar ne neer neo net niet niets nog non nu o om
  omhoog on onder onge ons ont oot op open oer of over pa par para pas pe per pi pol pre pro quasi ra re
  reeds ren rond sa samen scha se semi si so stief sub super ta te tegen tegemoet ten ter terug ti to toe
  tot trans tri uit uiteen ul un van vast ver vol voor voorbij voort vooruit vrij wan wat we weder weer wel
  wie wij wil wijs zelf zich zij zijn zo zus miss waar daar even voorop neder later opens heb zen get herop vasts voors tegens tussens
  vers acht infra iso mono bras gesp ant leid lette`,
);

/** First parts that are real but rarer than the prefix or the accident that looks the same: they need more evidence. */
export const weakBeginnings = listed(
  `bel man kas kar las lat pan rem den los deel half hoog weg buiten binnen tussen kom`,
);

/** Last parts of surnames and hamlets: in a short word that no list knows they are no evidence of a compound. */
export const nameEndings = listed(
  `man mans hof hoef veer berg bergen burg dijk veld velde meer kamp laar schot broek horst bos beek waard wijk
  huizen hoven rode donk loo ham stein`,
);

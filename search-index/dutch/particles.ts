/** Words that stand loose from their verb in a main clause: "neemt deel", "kijkt terug". Longest first. */
export const particles: readonly string[] =
  `aan aaneen achter achterna achterover achteruit af bekend beschikbaar bezig bij bijeen binnen boven buiten deel
  dicht dood door droog dwars feest fijn flauw gade gelijk gereed gerust glad goed groot hard heen hoog in ineen
  kapot kennis klaar kort kwijt lang langs leeg les los mede mee mis na neer om omhoog omlaag omver onder op open
  opeen over plaats prijs recht rond samen schoon schuil stand stil stop stuk tegemoet tegen tekeer teleur teloor
  teniet tentoon terecht terug teweeg tevoorschijn thuis toe tussen uit uiteen vast veilig vol voor voorbij voort
  vooruit vrij waar warm weer weg wijs zeker zwart`
    .split(/\s+/)
    .sort((one, other) => other.length - one.length || (one < other ? -1 : 1));

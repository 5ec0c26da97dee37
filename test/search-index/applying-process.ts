/** Run by the kill test: applies documents one after the other for ever, and says of each when it is searchable. */
import { embeddedEngine } from '../../search-index/engines/embedded/embedded-engine.ts';
import { entry, put, remove, section } from './entries.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const engine = embeddedEngine(path);

/** Long enough to make FTS5 write and merge, and for every tenth to have an index of its own passages. */
const filler = 'Elke ochtend drinken de buren samen koffie in de serre. ';

for (let number = Number(first); ; number++) {
  const sections = Array.from({ length: 6 }, (_, at) =>
    section(`Deel ${at}`, filler.repeat(number % 10 === 0 ? 90 : 9), `Merkteken${number}.`),
  );
  const document = entry(`document-${number}`, {
    title: `Nummer ${number}`,
    keywords: [`Woord ${number % 7}`],
    text: sections,
  });
  const replaced = entry(`telkens-${number % 3}`, { revision: number + 1, text: `Stand${number}` });
  const removed = entry(`document-${number - 5}`, { revision: 2 });
  await engine.apply([
    ...put(document, replaced),
    ...(number % 5 === 0 && number >= 5 ? [remove(removed, { gone: true })] : []),
  ]);
  process.stdout.write(`${number}\n`);
}

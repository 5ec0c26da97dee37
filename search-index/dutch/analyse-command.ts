/**
 * `npm run -s analyse < words.txt`: for every line the word, its lemma and its parts, tab-separated. The parts are the
 * word's own spelling cut by `|`, so that without the bars they are the word again; a word that is no compound is its
 * own only part. A line of several words is analysed word by word.
 */
import { createInterface } from 'node:readline';
import { dutchAnalyser } from './analyser.ts';

export function analyseLine(line: string): string {
  const analyser = dutchAnalyser();
  const text = line.replaceAll('\t', ' ');
  const tokens = analyser.analyse(text);
  let cut = '';
  let from = 0;
  for (const { start, end } of tokens) {
    const { surfaces } = analyser.analyseWord(text.slice(start, end));
    cut += text.slice(from, start) + surfaces.join('|');
    from = end;
  }
  const lemma = tokens.length === 0 ? text : tokens.map((token) => token.lemma).join(' ');
  return [text, lemma, cut + text.slice(from)].join('\t');
}

if (import.meta.main) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (head) closes the pipe: that is its end, not a failure.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (!process.stdout.write(`${analyseLine(line)}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
}

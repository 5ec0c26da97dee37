/** The linking process with a linker that does what a hostile text would make it do; the text says which. */
import process from 'node:process';
import { answerLinking } from '../../functions/index-documents/linking/answer-linking.ts';
import { LinkingJob } from '../../functions/index-documents/linking/protocol.ts';
import { serve } from '../../functions/isolation/serve.ts';

const kept: unknown[] = [];

serve(new URL(import.meta.url), async () => {
  const link = answerLinking();
  return async (work) => {
    const job = LinkingJob.parse(work);
    const said =
      job.type === 'use-terms'
        ? job.terms.map(({ label }) => label)
        : [
            ...(job.document.themes?.value ?? []).map(({ text }) => text),
            ...job.document.passages.flatMap(({ blocks }) => blocks.map(({ text }) => text)),
          ];
    for (const word of said) misbehave(word);
    return said.includes('garbage') ? { themes: 'garbage' } : link(work);
  };
});

function misbehave(word: string): void {
  if (word === 'loop') for (;;);
  if (word === 'heap') for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  if (word === 'exit') process.exit(3);
  if (word === 'throw') throw new TypeError('This linker has a fault at Zonnehof');
}

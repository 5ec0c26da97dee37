/** What a watched process and its parent say to each other. */
import * as z from 'zod';

export const Job = z.object({
  id: z.int(),
  /** Milliseconds of processor time after which the process ends itself. */
  processorMs: z.number(),
  work: z.unknown(),
});
export type Job = z.infer<typeof Job>;

/** Bytes that the process holds after a job. */
const rss = z.int();

/** `failed` is an exception, with its kind and its place, never its sentence, which may quote a document. */
export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('done'), id: z.int(), result: z.unknown(), rss }),
  z.object({ type: z.literal('failed'), id: z.int(), stack: z.string(), rss }),
]);
export type Message = z.infer<typeof Message>;

/** How a process that outgrows its memory ends itself: a signal that means nothing else. */
export const memorySignal = 'SIGUSR2';
/** How it ends itself when its processor time is over: what such a timer sends, and unlike SIGXCPU without a core file. */
export const processorSignal = 'SIGVTALRM';

/** What the reading process and its parent say to each other. */
import * as z from 'zod';
import { Reading, RefusalReason } from '../../../shared/document.ts';

export const Job = z.object({
  id: z.int(),
  key: z.string(),
  contentType: z.string().nullable(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type Job = z.infer<typeof Job>;

/** How much memory the process keeps after a file. */
const rss = z.int();

/** `failed` is a fault of ours, with its stack: the file is then taken for damaged, and the fault is reported. */
export const Answer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ready') }),
  z.object({ outcome: z.literal('read'), id: z.int(), reading: Reading, rss }),
  z.object({ outcome: z.literal('refused'), id: z.int(), reason: RefusalReason, rss }),
  z.object({ outcome: z.literal('failed'), id: z.int(), stack: z.string(), rss }),
]);
export type Answer = z.infer<typeof Answer>;

import * as z from 'zod/mini';
import { Anchor, Block, Passage } from './document.ts';

/** A passage of any version, or of an index, which cuts long ones: a part of a text may begin with a space. */
export const StoredPassage = z.extend(Passage, {
  anchor: z.extend(Anchor, { heading: z.nullable(z.string()) }),
  blocks: z.array(z.object({ type: Block.shape.type, text: z.string() })),
});

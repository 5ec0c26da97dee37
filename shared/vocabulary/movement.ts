import * as z from 'zod';
import { Term } from '../vocabulary.ts';
import radicaleVernieuwing from './radicale-vernieuwing.json' with { type: 'json' };

/** The movement's own vocabulary, which a new catalogue begins with. */
export const movementVocabulary: readonly Term[] = z.array(Term).parse(radicaleVernieuwing);

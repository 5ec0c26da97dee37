/** Entry point of the process in which names are looked for, so that a text that makes it hang takes nothing with it. */
import { serve } from '../../isolation/serve.ts';

serve(new URL(import.meta.url), async () => (await import('./answer-linking.ts')).answerLinking());

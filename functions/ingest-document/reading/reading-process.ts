/** Entry point of the process in which files are read, so that one that hangs or swallows memory takes nothing with it. */
import { serve } from '../../isolation/serve.ts';

serve(new URL(import.meta.url), async () => (await import('./answer-file.ts')).answerFile);

/** Entry point of the process in which files are read, so that one that hangs or swallows memory takes nothing with it. */
import { serveOrWatch } from './serve.ts';

serveOrWatch(new URL(import.meta.url), async () => (await import('../readers/index.ts')).readUpload);

/** The reading process with a reader that does what a hostile file would make it do; the file's text says which. */
import process from 'node:process';
import { FileToRead } from '../../functions/ingest-document/reading/protocol.ts';
import { serve } from '../../functions/isolation/serve.ts';

const json = new TextEncoder().encode('{}');
const document = { json, kind: 'article', title: 'Goed', publishedOn: null, visibility: null, notes: [] };
const read = { outcome: 'read', document };

const kept: unknown[] = [];
const megabyte = 1024 * 1024;

/** What a process says that is not an answer to its job. */
const say = (message: unknown) => void process.send?.(message ?? null);

serve(new URL(import.meta.url), async () => async (file) => {
  switch (new TextDecoder().decode(FileToRead.parse(file).bytes)) {
    case 'loop':
      for (;;);
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, 1_000_000));
      break;
    case 'hang-in-a-pattern':
      /^(a+)+$/.test(`${'a'.repeat(100)}b`);
      break;
    case 'buffers':
      for (;;) kept.push(Buffer.alloc(megabyte, 1));
    case 'heap':
      for (;;) kept.push(new Array(megabyte).fill(kept.length));
    case 'leak':
      kept.push(Buffer.alloc(150 * megabyte, 1));
      break;
    case 'some-memory':
      Buffer.alloc(120 * megabyte, 1).fill(2);
      break;
    case 'exit':
      process.exit(3);
      break;
    case 'exit-afterwards':
      setTimeout(() => process.exit(3), 50);
      break;
    case 'killed-from-outside':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'throw':
      throw new TypeError('This reader has a fault at Zonnehof');
    case 'forgotten-promise':
      void Promise.reject(new Error('Nobody waits for this'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      break;
    case 'no-answer':
      return undefined;
    case 'garbage':
      return { outcome: 'read', document: [Symbol.iterator.toString()] };
    case 'broken-row':
      return { outcome: 'read', document: { ...document, title: '' } };
    case 'broken-reason':
      return { outcome: 'refused', reason: 'because' };
    case 'broken-document':
      return { outcome: 'invalid', places: ['passages.0.blocks.0.text (too_small)'] };
    case 'no-document':
      return { outcome: 'read', document: { ...document, json: new Uint8Array() } };
    case 'huge':
      return { outcome: 'read', document: { ...document, json: new Uint8Array(120 * megabyte) } };
    case 'not-a-message':
      say('Goedemorgen');
      break;
    case 'null-message':
      say(null);
      break;
    case 'message-without-rss':
      say({ type: 'done', id: 1, result: read });
      break;
    case 'answer-to-another':
      say({ type: 'done', id: 1_000, result: read, rss: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1_000_000));
      break;
    case 'answer-twice':
      setTimeout(() => say({ type: 'done', id: 1, result: read, rss: 1 }), 20);
      break;
  }
  return read;
});

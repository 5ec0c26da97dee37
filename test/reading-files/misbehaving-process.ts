/** The reading process with a reader that does what a hostile file would make it do; the file's text says which. */
import process from 'node:process';
import { serveOrWatch } from '../../functions/ingest-document/reading/serve.ts';
import type { Reading } from '../../shared/document.ts';

const reading: Reading = {
  kind: 'article',
  language: null,
  found: [],
  passages: [
    {
      anchor: { type: 'section', number: 1, heading: null },
      level: 1,
      blocks: [{ type: 'paragraph', text: 'Goed.' }],
    },
  ],
  notes: [],
};

const kept: unknown[] = [];
const megabyte = 1024 * 1024;

serveOrWatch(new URL(import.meta.url), async () => async ({ bytes }) => {
  switch (new TextDecoder().decode(bytes)) {
    case 'loop':
      for (;;);
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
    case 'throw':
      throw new TypeError('This reader has a fault');
    case 'forgotten-promise':
      void Promise.reject(new Error('Nobody waits for this'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      break;
  }
  return reading;
});

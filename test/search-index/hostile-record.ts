/**
 * Records what a real server answers of the hostile documents, for who has none at hand:
 * `MEILISEARCH_URL=… MEILISEARCH_MASTER_KEY=… node test/search-index/hostile-record.ts`
 */
import { writeFileSync } from 'node:fs';
import { answersOf, fillHostile, recordedAnswers, recordOf } from './hostile-answers.ts';
import { openOnServer } from './hostile-server.ts';

const { engine, remove } = openOnServer();
await fillHostile(engine);
const record = recordOf(await answersOf(engine));
await engine.close();
await remove();
writeFileSync(recordedAnswers, `${JSON.stringify(record)}\n`);
console.log(`${Object.keys(record).length} answers`);

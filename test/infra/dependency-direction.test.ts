import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import rules from '../../dependency-direction.json' with { type: 'json' };
import tsconfig from '../../tsconfig.json' with { type: 'json' };

/** Imports that must not be, each in a file of its own. */
const wrong = {
  'shared/asks-the-index.ts': `import '../search-index/search-index.ts';`,
  'shared/catalogue/knows-a-function.ts': `import '../../functions/staff-api/handler.ts';`,
  'shared/knows-lambda.ts': `import type { Context } from 'aws-lambda'; export type Given = Context;`,
  'shared/deploys.ts': `import { Stack } from 'aws-cdk-lib'; export const made = Stack;`,
  'search-index/knows-a-function.ts': `export * from '../functions/searching/search-routes.ts';`,
  'search-index/dutch/runs-locally.ts': `export const data = await import('../../local/data-folder.ts');`,
  'search-index/engines/embedded/calls-meilisearch.ts': `import { Meilisearch } from 'meilisearch'; export const client = Meilisearch;`,
  'functions/ingest-document/deploys.ts': `import type { Queue } from 'aws-cdk-lib/aws-sqs'; export type Sent = Queue;`,
  'functions/index-documents/calls-meilisearch.ts': `import { Meilisearch } from 'meilisearch'; export const client = Meilisearch;`,
  'functions/staff-api/runs-locally.ts': `import '../../local/start.ts';`,
  'functions/staff-api/shows-pages.ts': `import '../../web/search-box/search-box.ts';`,
  'functions/public-api/asks-the-catalogue.ts': `import '../../shared/catalogue/catalogue.ts';`,
  'functions/searching/asks-the-catalogue.ts': `import type { DocumentRow } from '../../shared/catalogue/row.ts'; export type Row = DocumentRow;`,
  'functions/public-api/serves-staff.ts': `import '../staff-api/staff-routes.ts';`,
  'infra/runs-locally.ts': `import '../local/start.ts';`,
  'local/deploys.ts': `import '../infra/app.ts';`,
  'web/staff/knows-the-domain.ts': `import type { Visibility } from '../../shared/visibility.ts'; export type Shown = Visibility;`,
  'shared/reads-the-environment.ts': `export const bucket = process.env.UPLOADS_BUCKET;`,
  'shared/begins-a-circle.ts': `import { end } from './ends-a-circle.ts'; export const begin = () => end;`,
  'shared/ends-a-circle.ts': `import { begin } from './begins-a-circle.ts'; export const end = () => begin;`,
};

/** Imports that may be. */
const right = {
  'search-index/knows-the-domain.ts': `import '../shared/document.ts';`,
  'search-index/engines/meilisearch/calls-it.ts': `import { Meilisearch } from 'meilisearch'; export const client = Meilisearch;`,
  'functions/staff-api/asks-the-catalogue.ts': `import '../../shared/catalogue/catalogue.ts';`,
  'functions/public-api/searches.ts': `import '../../search-index/search-index.ts'; import '../searching/search-routes.ts';`,
  'infra/deploys.ts': `import { Stack } from 'aws-cdk-lib'; import '../functions/public-api/handler.ts'; import '../shared/environment.ts'; export const made = Stack;`,
  'local/knows-all-parts.ts': `import '../functions/public-api/handler.ts'; import '../search-index/search-index.ts'; import '../shared/environment.ts';`,
  'shared/environment.ts': `export const bucket = process.env.UPLOADS_BUCKET;`,
};

describe('the linter', () => {
  let folder: string;
  let complaints: ReadonlySet<string>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dependency-direction-'));
    for (const config of ['biome.json', 'dependency-direction.json'])
      copyFileSync(config, join(folder, config));
    for (const [path, source] of Object.entries({ ...wrong, ...right })) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const biome = join(import.meta.dirname, '../../node_modules/@biomejs/biome/bin/biome');
    const only = ['style/noRestrictedImports', 'style/noProcessEnv', 'suspicious/noImportCycles'];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        biome,
        'lint',
        '--vcs-enabled=false',
        '--reporter=concise',
        '--max-diagnostics=none',
        ...only.map((rule) => `--only=${rule}`),
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    const lines = `${stdout}\n${stderr}`.matchAll(/^× (\S+?):\d+:\d+: lint\//gm);
    complaints = new Set([...lines].map(([, path = '']) => path));
  }, 30_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(wrong))('refuses %s', (path) => {
    expect(complaints).toContain(path);
  });

  it.each(Object.keys(right))('lets %s be', (path) => {
    expect(complaints).not.toContain(path);
  });

  it('has a rule for every part that the compiler knows', () => {
    const ruled = new Set(rules.overrides.flatMap(({ includes }) => includes));
    const parts = tsconfig.include.filter((part) => !['test', 'scripts', '*.ts'].includes(part));
    for (const part of parts) expect(ruled).toContain(`${part}/**`);
  });
});

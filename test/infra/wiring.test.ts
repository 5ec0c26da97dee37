/** What functions are given is what they read, and they are woken when and as large as the design says. */
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { BackUpEnvironment } from '../../functions/back-up/environment.ts';
import { CanaryEnvironment } from '../../functions/canary/environment.ts';
import { IndexEnvironment } from '../../functions/index-documents/environment.ts';
import { IngestEnvironment } from '../../functions/ingest-document/environment.ts';
import { MakeSearchKeysEnvironment } from '../../functions/make-search-keys/environment.ts';
import { PublicApiEnvironment } from '../../functions/public-api/environment.ts';
import { RebuildEnvironment } from '../../functions/rebuild-index/environment.ts';
import { ReconcileEnvironment } from '../../functions/reconcile-index/environment.ts';
import { StaffApiEnvironment } from '../../functions/staff-api/environment.ts';
import { SweepEnvironment } from '../../functions/sweep-pending/environment.ts';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const reads = {
  'ingest-document': IngestEnvironment.shape,
  'index-documents': IndexEnvironment.shape,
  'sweep-pending': SweepEnvironment.shape,
  'public-api': PublicApiEnvironment.shape,
  'staff-api': StaffApiEnvironment.shape,
  'reconcile-index': ReconcileEnvironment.shape,
  'rebuild-index': RebuildEnvironment.shape,
  'back-up': BackUpEnvironment.shape,
  canary: CanaryEnvironment.shape,
  'make-search-keys': MakeSearchKeysEnvironment.shape,
  'publish-web': {},
};
/** What Powertools and Node read, whichever function it is. */
const runtime = ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE', 'NODE_OPTIONS'];

const Properties = z.object({
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

describe.each([{ engine: 'meilisearch' }, external, { engine: 'embedded' }])(
  'with engine=$engine',
  (context) => {
    const stack = synthesise(context);
    const names = stack
      .resources('AWS::Lambda::Function')
      .map(({ path }) => z.enum(Object.keys(reads) as (keyof typeof reads)[]).parse(path.split('/')[0]));
    const propertiesOf = (name: string) =>
      Properties.parse(stack.resource('AWS::Lambda::Function', `${name}/function`).properties);

    it.each(names)('%s is given every variable that it must have, and none that it does not read', (name) => {
      const given = Object.keys(propertiesOf(name).Environment.Variables).filter(
        (variable) => !runtime.includes(variable),
      );
      const known: Readonly<Record<string, z.core.$ZodType>> = reads[name];
      const needed = Object.keys(known).filter((variable) => known[variable]?._zod.optin !== 'optional');
      expect(given).toEqual(expect.arrayContaining(needed));
      expect(Object.keys(known)).toEqual(expect.arrayContaining(given));
    });

    it.each(['reconcile-index', 'rebuild-index', 'back-up'])(
      '%s, which goes over every document, has half of its memory as heap',
      (name) => {
        const { MemorySize, Environment } = propertiesOf(name);
        // 100,000 documents take reconcile-index at most 256 MB, see test/way/reconcile-memory.test.ts.
        expect(MemorySize).toBeGreaterThanOrEqual(512);
        const options = z.string().parse(Environment.Variables.NODE_OPTIONS).split(' ');
        expect(options).toContain(`--max-old-space-size=${Math.floor(MemorySize / 2)}`);
      },
    );

    it('each is woken as often as the design says', () => {
      const woken = stack.resources('AWS::Events::Rule').flatMap(({ path, properties }) => {
        const { ScheduleExpression } = z
          .object({ ScheduleExpression: z.string().optional() })
          .parse(properties);
        return ScheduleExpression ? [[path.split('/')[0], ScheduleExpression]] : [];
      });
      expect(Object.fromEntries(woken)).toEqual({
        'sweep-pending': 'rate(1 minute)',
        // Each looks whether something is due: an hour after the last, when asked, or cut off.
        'reconcile-index': 'rate(1 minute)',
        'rebuild-index': 'rate(1 minute)',
        'back-up': 'cron(15 1 * * ? *)',
        canary: 'rate(15 minutes)',
        ...(context.engine !== 'embedded' && { 'make-search-keys': 'rate(5 minutes)' }),
      });
    });
  },
);

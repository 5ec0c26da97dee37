/** What goes wrong whichever engine was chosen, and when a person must know. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmOf } from './constructs/alarms.ts';
import type { VindplaatsFunction } from './constructs/vindplaats-function.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import { functionMetric } from './metrics.ts';

export interface Watched {
  readonly functions: readonly VindplaatsFunction[];
  readonly queues: Readonly<Record<'uploads' | 'changes', WorkQueue>>;
  readonly apiId: string;
}

const period = Duration.minutes(5);

/** Often enough to know within half an hour, seldom enough to cost cents. */
export const canaryInterval = Duration.minutes(15);

export function alarmList({ functions, queues, apiId }: Watched): AlarmOf[] {
  return [
    ...Object.entries(queues).flatMap(([name, work]) => queueAlarms(name, work)),
    {
      name: 'function-errors',
      metric: sumOver(functions, 'metricErrors'),
      threshold: 5,
      comparison: 'at least',
      periods: 3,
      silence: 'fine',
    },
    {
      name: 'function-throttles',
      metric: sumOver(functions, 'metricThrottles'),
      threshold: 1,
      comparison: 'at least',
      periods: 3,
      silence: 'fine',
    },
    {
      name: 'api-faults',
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: apiId },
        statistic: 'Sum',
        period,
      }),
      threshold: 5,
      comparison: 'at least',
      periods: 2,
      silence: 'fine',
    },
    {
      name: 'reader-faults',
      metric: functionMetric('ingest-document', 'ReaderFault', { statistic: 'Sum', period }),
      threshold: 1,
      comparison: 'at least',
      periods: 1,
      silence: 'fine',
    },
    {
      name: 'linker-faults',
      metric: new MathExpression({
        expression: "SUM(METRICS('linkerFault'))",
        label: 'LinkerFault',
        usingMetrics: {
          linkerFault0: functionMetric('index-documents', 'LinkerFault', { statistic: 'Sum', period }),
          linkerFault1: functionMetric('rebuild-index', 'LinkerFault', { statistic: 'Sum', period }),
        },
        period,
      }),
      threshold: 1,
      comparison: 'at least',
      periods: 1,
      silence: 'fine',
    },
    {
      name: 'slow-search',
      metric: functionMetric('public-api', 'SearchLatency', { statistic: 'p95', period }),
      // Milliseconds; a search gives up by itself after 900.
      threshold: 800,
      comparison: 'at least',
      periods: 3,
      silence: 'fine',
    },
    {
      name: 'slow-to-searchable',
      metric: functionMetric('index-documents', 'UploadToSearchable', { statistic: 'p95', period }),
      // Milliseconds; a document that becomes internal must be gone within a minute.
      threshold: 60_000,
      comparison: 'at least',
      periods: 3,
      silence: 'fine',
    },
    {
      name: 'pending-rows',
      metric: functionMetric('sweep-pending', 'OldestPending', { statistic: 'Maximum', period }),
      // Seconds.
      threshold: 1_800,
      comparison: 'at least',
      periods: 3,
      silence: 'bad',
    },
    ...Object.entries({
      canary: 'CanaryFound',
      'visitor-search': 'VisitorAnswered',
      'canary-stays': 'CanaryGone',
    } as const).map(
      ([name, metric]): AlarmOf => ({
        name,
        metric: functionMetric('canary', metric, { statistic: 'Minimum', period: canaryInterval }),
        threshold: 1,
        comparison: 'below',
        periods: 2,
        silence: 'bad',
      }),
    ),
    {
      name: 'canary-shown',
      metric: functionMetric('canary', 'CanaryShown', { statistic: 'Maximum', period: canaryInterval }),
      threshold: 1,
      comparison: 'at least',
      periods: 1,
      // Nobody was asked; that the site does not answer is for `visitor-search` to tell.
      silence: 'fine',
    },
    {
      name: 'no-backup',
      metric: functionMetric('back-up', 'BackedUp', { statistic: 'SampleCount', period: Duration.days(1) }),
      threshold: 1,
      comparison: 'below',
      periods: 1,
      silence: 'bad',
    },
  ];
}

function queueAlarms(name: string, { queue, deadLetters }: WorkQueue): AlarmOf[] {
  return [
    {
      name: `${name}-dead-letters`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
      threshold: 1,
      comparison: 'at least',
      periods: 1,
      silence: 'fine',
    },
    {
      name: `${name}-queue-age`,
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
      // Seconds.
      threshold: 900,
      comparison: 'at least',
      periods: 2,
      silence: 'fine',
    },
  ];
}

/** Over all functions in one alarm, which looks at ten metrics at most: what to do first is to see which one it is. */
export function sumOver(
  functions: readonly VindplaatsFunction[],
  metric: 'metricErrors' | 'metricThrottles',
): MathExpression {
  const metrics = functions.map(({ lambda }) => lambda[metric]({ statistic: 'Sum', period }));
  if (metrics.length > 10) throw new Error('An alarm looks at ten metrics at most: make two of it');
  return new MathExpression({
    // Ids that no other sum on the same graph has.
    expression: `SUM(METRICS('${metric}'))`,
    label: metric === 'metricErrors' ? 'Errors' : 'Throttles',
    usingMetrics: Object.fromEntries(metrics.map((one, at) => [`${metric}${at}`, one])),
    period,
  });
}

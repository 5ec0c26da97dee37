import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { sumOver, type Watched } from '../alarm-list.ts';
import { functionMetric } from '../metrics.ts';
import type { Alarms } from './alarms.ts';
import { metricNamespace } from './vindplaats-function.ts';

export interface OverviewProps extends Watched {
  readonly alarms: Alarms;
  /** Of a Meilisearch: whether it answers, and its size. */
  readonly engine: readonly IMetric[];
}

const period = Duration.minutes(5);

/** One page that says whether it works: from left to right as a document goes, the alarms above. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { alarms, functions, queues, engine }: OverviewProps) {
    super(scope, id);
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 8, height: 6 });
    const at = (statistic: string) => ({ statistic, period });
    new Dashboard(this, 'dashboard', {
      dashboardName: Stack.of(this).stackName,
      periodOverride: PeriodOverride.AUTO,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: 24, height: 4 })],
        [
          graph('Uploads that were read, refused, removed', [
            functionMetric('ingest-document', 'Kept', at('Sum')),
            functionMetric('ingest-document', 'Refused', at('Sum')),
            functionMetric('ingest-document', 'Removed', at('Sum')),
          ]),
          graph('Refusals, by reason', [refusalsByReason()]),
          graph(
            'Oldest message in each queue (s)',
            Object.values(queues).map(({ queue }) =>
              queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period }),
            ),
          ),
        ],
        [
          graph('From upload to searchable (ms)', [
            functionMetric('index-documents', 'UploadToSearchable', at('p50')).with({ label: 'p50' }),
            functionMetric('index-documents', 'UploadToSearchable', at('p95')).with({ label: 'p95' }),
            functionMetric('index-documents', 'ChangeToSearchable', at('p95')).with({
              label: 'changes, p95',
            }),
            functionMetric('canary', 'CanaryMilliseconds', at('Maximum')).with({ label: 'canary' }),
          ]),
          graph(
            'Rows that wait for the index, and the oldest (s)',
            [functionMetric('sweep-pending', 'PendingRows', at('Maximum'))],
            [functionMetric('sweep-pending', 'OldestPending', at('Maximum'))],
          ),
          graph('Documents in the index', [
            functionMetric('canary', 'IndexedDocuments', at('Maximum')),
            functionMetric('canary', 'EngineSearchable', at('Minimum')),
          ]),
        ],
        [
          graph('Searches (ms)', [
            functionMetric('public-api', 'SearchLatency', at('p50')).with({ label: 'p50' }),
            functionMetric('public-api', 'SearchLatency', at('p95')).with({ label: 'p95' }),
            functionMetric('canary', 'VisitorMilliseconds', at('Maximum')).with({ label: 'at the site' }),
          ]),
          graph('Searches, those that found nothing, and those that failed', [
            functionMetric('public-api', 'SearchLatency', at('SampleCount')).with({ label: 'answered' }),
            functionMetric('public-api', 'SearchEmpty', at('Sum')),
            functionMetric('public-api', 'SearchFailed', at('Sum')),
          ]),
        ],
        [
          graph('Errors and throttles', [
            sumOver(functions, 'metricErrors'),
            sumOver(functions, 'metricThrottles'),
          ]),
          graph(
            'Dead letters',
            Object.values(queues).map(({ deadLetters }) =>
              deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period }),
            ),
          ),
          ...(engine.length > 0 ? [graph('The search engine', engine.slice(0, 1), engine.slice(1))] : []),
        ],
      ],
    });
  }
}

/** Found by the metric's name, so that a new reason shows by itself. */
function refusalsByReason(): MathExpression {
  const search = `{${metricNamespace},reason,service} MetricName="Refused"`;
  return new MathExpression({
    expression: `SEARCH('${search}', 'Sum', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}

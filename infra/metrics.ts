/** The metrics of functions that alarms and the dashboard look at, by the function that publishes them. */
import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace } from './constructs/vindplaats-function.ts';

/** The function is the dimension `service`. */
export const functionMetrics = {
  'index-documents': ['ChangeToSearchable', 'UploadToSearchable', 'LinkerFault'],
  'ingest-document': ['Kept', 'Refused', 'Removed', 'ReaderFault'],
  'rebuild-index': ['LinkerFault'],
  'sweep-pending': ['PendingRows', 'OldestPending'],
  'public-api': ['SearchLatency', 'SearchEmpty', 'SearchFailed'],
  canary: [
    'CanaryFound',
    'CanaryMilliseconds',
    'VisitorAnswered',
    'VisitorMilliseconds',
    'CanaryShown',
    'CanaryGone',
    'EngineSearchable',
    'IndexedDocuments',
  ],
  'back-up': ['BackedUp'],
  'make-search-keys': ['EngineHealthy', 'EngineSize'],
} as const satisfies Record<string, readonly string[]>;

type Published = typeof functionMetrics;
export type FunctionMetric<Service extends keyof Published> = Published[Service][number];

export interface MetricView {
  readonly statistic: string;
  readonly period: Duration;
}

/** As Powertools publishes it. */
export function functionMetric<Service extends keyof Published>(
  service: Service,
  metricName: FunctionMetric<Service>,
  view: MetricView,
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service },
    label: metricName,
    ...view,
  });
}

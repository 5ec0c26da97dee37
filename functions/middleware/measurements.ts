/** What functions measure, under the names that alarms and the dashboard know; each has the dimension `service` too. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

export const metricUnits = {
  /** From S3 dating the upload until every collection shows it. */
  UploadToSearchable: MetricUnit.Milliseconds,
  /** From any change of a row until every collection shows it. */
  ChangeToSearchable: MetricUnit.Milliseconds,
  /** Uploads that could be read. */
  Kept: MetricUnit.Count,
  /** Also by `reason`. */
  Refused: MetricUnit.Count,
  Removed: MetricUnit.Count,
  /** Uploads that were refused for a fault in a reader. */
  ReaderFault: MetricUnit.Count,
  /** Documents that were indexed without names that a fault kept from being found. */
  LinkerFault: MetricUnit.Count,
  /** Of searches that were answered. */
  SearchLatency: MetricUnit.Milliseconds,
  /** Searches with words that found nothing. */
  SearchEmpty: MetricUnit.Count,
  /** Searches that the engine did not answer. */
  SearchFailed: MetricUnit.Count,
  /** 1 or 0; also by `collection`. */
  EngineSearchable: MetricUnit.Count,
  /** By `collection`. */
  IndexedDocuments: MetricUnit.Count,
  /** Rows that the index does not show yet. */
  PendingRows: MetricUnit.Count,
  /** How long the row has waited that waits longest; 0 when none waits. */
  OldestPending: MetricUnit.Seconds,
  /** 1 or 0. */
  CanaryFound: MetricUnit.Count,
  /** Until the canary was found; nothing when it was not. */
  CanaryMilliseconds: MetricUnit.Milliseconds,
  /** 1 or 0: whether the site gave a visitor all of an answer. */
  VisitorAnswered: MetricUnit.Count,
  /** What that answer took; nothing when there was none. */
  VisitorMilliseconds: MetricUnit.Milliseconds,
  /** 1 or 0: whether a visitor found the canary, which is internal; nothing when the site did not answer. */
  CanaryShown: MetricUnit.Count,
  /** 1 or 0: whether it could no longer be found after it was removed. */
  CanaryGone: MetricUnit.Count,
  /** Lines in the day's backup. */
  BackedUp: MetricUnit.Count,
} as const;

export function makeMetrics(serviceName: string): Metrics {
  return new Metrics({ namespace: 'Vindplaats', serviceName });
}

export interface Measurement {
  readonly name: keyof typeof metricUnits;
  readonly value: number;
  /** A further dimension, by which it is counted as well as in all. */
  readonly by?: Readonly<Record<string, string>>;
}

/** Writes the measurements as lines that CloudWatch makes metrics of. */
export function publish(metrics: Metrics, measurements: readonly Measurement[]): void {
  for (const { name, value, by } of measurements) {
    if (!by) metrics.addMetric(name, metricUnits[name], value);
    // The empty set names the service alone: it is counted in all and by the dimension.
    else metrics.singleMetric().addDimensions({}).addDimensions(by).addMetric(name, metricUnits[name], value);
  }
  // Publishing nothing would put a warning in the log.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

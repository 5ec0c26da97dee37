import { makeLogger } from './make-logger.ts';
import { type Measurement, makeMetrics, publish } from './measurements.ts';

/** `document` is an id; `what` tells of the code alone, for nothing that people wrote has a place in a log. */
export type ReportFault = (document: string, what: string) => void;

/** Tells a developer of a fault that a document met: a line in the log, and a count that an alarm looks at. */
export function faultReporter(service: string, name: Measurement['name']): ReportFault {
  const logger = makeLogger(service);
  const metrics = makeMetrics(service);
  return (document, what) => {
    logger.error('A document met a fault in the code', { document, what });
    publish(metrics, [{ name, value: 1 }]);
  };
}

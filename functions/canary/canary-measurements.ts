import type { Measurement } from '../middleware/measurements.ts';
import type { CanaryResult } from './canary.ts';

/** What did not happen in time has no time of its own, or it would make the average look better than it is. */
export function canaryMeasurements(result: CanaryResult): Measurement[] {
  const { foundAfter, visitorAnsweredIn, shownToVisitors, gone } = result;
  return [
    { name: 'CanaryFound', value: foundAfter === null ? 0 : 1 },
    ...timed('CanaryMilliseconds', foundAfter),
    { name: 'VisitorAnswered', value: visitorAnsweredIn === null ? 0 : 1 },
    ...timed('VisitorMilliseconds', visitorAnsweredIn),
    ...(shownToVisitors === null ? [] : [{ name: 'CanaryShown' as const, value: shownToVisitors ? 1 : 0 }]),
    { name: 'CanaryGone', value: gone ? 1 : 0 },
  ];
}

function timed(name: Measurement['name'], milliseconds: number | null): Measurement[] {
  return milliseconds === null ? [] : [{ name, value: Math.round(milliseconds) }];
}

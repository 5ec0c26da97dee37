import type { Measurement } from '../middleware/measurements.ts';
import type { CanaryResult } from './canary.ts';

/** A canary that was not found has no time of its own, or it would make the average look better than it is. */
export function canaryMeasurements({ foundAfter, gone }: CanaryResult): Measurement[] {
  return [
    { name: 'CanaryFound', value: foundAfter === null ? 0 : 1 },
    ...(foundAfter === null ? [] : [{ name: 'CanaryMilliseconds' as const, value: Math.round(foundAfter) }]),
    { name: 'CanaryGone', value: gone ? 1 : 0 },
  ];
}

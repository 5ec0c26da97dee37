import * as z from 'zod';

/**
 * What the uploads queue carries: S3's own events as EventBridge words them, and Vindplaats' requests to look again.
 * Whatever it says happened, the object itself decides.
 */
export const UploadEvent = z.object({
  'detail-type': z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      /** As it is, not URL-encoded. */
      key: z.string().min(1),
      /** Orders the events of one key; a request to look again has none. */
      sequencer: z.string().optional(),
    }),
  }),
});
export type UploadEvent = z.infer<typeof UploadEvent>;

/** A request to look at an upload again, as it is now. */
export function lookAgain(bucket: string, key: string): UploadEvent {
  return { 'detail-type': 'Look Again', detail: { bucket: { name: bucket }, object: { key } } };
}

/**
 * A withdrawal says that a document has left the public collection, whatever its engine still holds: what visitors are
 * shown is without it from the moment that it is recorded. It lies in a table of its own, which holds ids and nothing else
 * of the documents, so that the visitors' function can read it and the catalogue stays out of its reach.
 */
import * as z from 'zod/mini';

export const Withdrawal = z.object({
  /** The document's. */
  id: z.string(),
  /** Of the row that took it away. */
  revision: z.int(),
  /** ISO 8601, when it was recorded. */
  at: z.string(),
  /** Whether visitors are told that it was there. */
  gone: z.boolean(),
  /** The id under which its bytes came back. */
  movedTo: z.optional(z.string()),
});
export type Withdrawal = z.infer<typeof Withdrawal>;

export type WithdrawalsById = ReadonlyMap<string, Withdrawal>;

/** What is withdrawn now; throws UnavailableError when that cannot be told. */
export type ListWithdrawals = () => Promise<WithdrawalsById>;

export const withdrawalsTable = { partitionKey: 'id' } as const;

/**
 * The catalogue's table as plain data, so that the cloud's table and the local one can never differ. Every key is a
 * string, every index carries whole items, and an item without an index's keys is not in that index.
 */
export const catalogueTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    /** Rows of which the engine does not yet show what they say, the longest waiting first. */
    { name: 'pending', partitionKey: 'pending', sortKey: 'pendingSince' },
    /** What became of every upload, by the time of its last change. */
    { name: 'ledger', partitionKey: 'ledger', sortKey: 'ledgerOrder' },
  ],
} as const;

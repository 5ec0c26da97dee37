/** What an access token must allow: to look at all documents, and to change them. */
export const staffScopes = { read: 'archive/read', write: 'archive/write' } as const;

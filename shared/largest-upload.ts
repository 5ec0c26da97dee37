/** Bytes (50 MB); what is larger is refused before it is fetched, and cannot be prepared for upload. */
export const largestUpload = 50 * 1024 * 1024;

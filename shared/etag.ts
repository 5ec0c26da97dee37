/** The ETag as the rest of the code knows it; S3 puts it between quotes. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

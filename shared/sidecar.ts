/**
 * A sidecar is a small file beside an upload that says what the upload itself cannot: `jaarverslag.pdf.meta.yaml` beside
 * `jaarverslag.pdf`. It is no document of its own.
 */
const suffix = '.meta.yaml';

export function sidecarOf(key: string): string {
  return key + suffix;
}

/** The upload that a sidecar belongs to; null for a key that is no sidecar's. */
export function uploadOfSidecar(key: string): string | null {
  return key.endsWith(suffix) && !key.endsWith(`/${suffix}`) ? key.slice(0, -suffix.length) : null;
}

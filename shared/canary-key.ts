/**
 * Where the canary's document is put. It is internal, so that no visitor ever sees it, and always the same, so that
 * whatever a run left behind is replaced and removed by the next one.
 */
export const canaryKey = 'internal/.vindplaats-canary.txt';

/** What API Gateway's HTTP API answers by itself, where no function does. */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** AWS's own words for each status; the cloud has no 421. */
const messages = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Request Entity Too Large',
  421: 'This Vindplaats answers under 127.0.0.1 and localhost only. Use one of those addresses.',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** `{"message": …}`, as the cloud has it: no problem, and no `Retry-After` either. */
export function gatewayAnswer(
  status: keyof typeof messages,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ message: messages[status] }),
  };
}

/** The logger of every function. What it writes names functions, ids and faults, never what people wrote or asked. */
import { Logger } from '@aws-lambda-powertools/logger';

export function makeLogger(serviceName: string): Logger {
  return new Logger({
    serviceName,
    jsonReplacerFn: (_key, value) => (value instanceof Error ? tellable(value) : value),
  });
}

/** What was thrown, as something that the logger tells whole. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Its kind, sentence, place and cause: what else hangs on an error may name a file, as S3's `Key` does. */
function tellable({ name, message, stack, cause, ...more }: Error) {
  // JavaScript's own sentence about broken JSON quotes the text that was to be read.
  const quotes = name === 'SyntaxError';
  return {
    name,
    message: quotes ? 'What was read is not what it should be' : message,
    stack: quotes ? stack?.slice(stack.indexOf('\n    at ') + 1) : stack,
    ...('code' in more && typeof more.code === 'string' && { code: more.code }),
    ...('$metadata' in more && { request: more.$metadata }),
    ...(cause !== undefined && { cause: cause instanceof Error ? cause : typeof cause }),
  };
}

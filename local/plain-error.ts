/** A fault that a person can mend: its message is all that they should see, so it is shown without a stack. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}

/** The code of a system or SQLite error (`EACCES`, `ERR_SQLITE_ERROR`); undefined when there is none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Writes what a person should know of a fault that ends the program, and ends it with exit code 1. */
export function exitWith(error: unknown): never {
  const isExpected = error instanceof PlainError;
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || error}\n`);
  process.exit(1);
}

/** Reading JSON that a server sent: every value is checked where it comes in, so nothing needs a cast later. */

export type Decode<T> = (value: unknown) => T;

/** The server answered with something else than was agreed. */
export class UnexpectedJsonError extends Error {
  override readonly name = 'UnexpectedJsonError';
}

export const string: Decode<string> = (value) => {
  if (typeof value === 'string') return value;
  throw new UnexpectedJsonError('A text was expected');
};

export const number: Decode<number> = (value) => {
  if (typeof value === 'number') return value;
  throw new UnexpectedJsonError('A number was expected');
};

export const boolean: Decode<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  throw new UnexpectedJsonError('True or false was expected');
};

/** A field that an older server leaves out counts as null. */
export function nullable<T>(decode: Decode<T>): Decode<T | null> {
  return (value) => (value === null || value === undefined ? null : decode(value));
}

export function list<T>(decode: Decode<T>): Decode<readonly T[]> {
  return (value) => {
    if (Array.isArray(value)) return value.map((item: unknown) => decode(item));
    throw new UnexpectedJsonError('A list was expected');
  };
}

/** An object's fields by name; undefined for one that it lacks. */
export function fieldsOf(value: unknown): (name: string) => unknown {
  if (typeof value !== 'object' || value === null) throw new UnexpectedJsonError('An object was expected');
  const fields = new Map<string, unknown>(Object.entries(value));
  return (name) => fields.get(name);
}

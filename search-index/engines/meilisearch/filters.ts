/** Meilisearch's filter language. Whatever a client wrote goes in as a quoted value, never as syntax. */

export function is(attribute: string, value: string): string {
  return `${attribute} = ${quoted(value)}`;
}

export function isAnyOf(attribute: string, values: readonly string[]): string {
  const [only] = values;
  if (only !== undefined && values.length === 1) return is(attribute, only);
  return `${attribute} IN [${values.map(quoted).join(', ')}]`;
}

export function startsWith(attribute: string, beginning: string): string {
  return `${attribute} STARTS WITH ${quoted(beginning)}`;
}

export function allOf(filters: readonly string[]): string {
  return joined(filters, 'AND');
}

export function anyOf(filters: readonly string[]): string {
  return joined(filters, 'OR');
}

export function not(filter: string): string {
  return `NOT (${filter})`;
}

/** A lone half of a character is no text that the server can read. */
function quoted(value: string): string {
  return `"${value.toWellFormed().replace(/[\\"]/g, '\\$&')}"`;
}

function joined(filters: readonly string[], operator: 'AND' | 'OR'): string {
  const [only] = filters;
  if (only !== undefined && filters.length === 1) return only;
  return `(${filters.join(` ${operator} `)})`;
}

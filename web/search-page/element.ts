/** Making elements. Text only ever becomes text nodes and attributes, so no data can turn into markup. */
import type { Parts } from './answers.ts';

export type Child = Node | string | null;
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** `true` sets an attribute without a value; `false` and `null` leave it out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Text with its matched parts marked. */
export function marked(parts: Parts): Child[] {
  return parts.map(([text, matched]) => (matched ? element('mark', {}, text) : text));
}

/** The page's own element of that id, or an error that names what `index.html` lacks. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id ${id}`);
}

/**
 * XML from strangers: no document type, no entities but the five of XML, nothing fetched.
 * A tree of plain nodes, because office formats point back and forth in their own parts.
 */
import { Parser } from 'htmlparser2';
import { RefusedError } from '../../../shared/refusal.ts';

/** Deeper than any office program nests, shallow enough for readers to walk it by recursion. */
const maxDepth = 400;

export interface XmlElement {
  /** Without its namespace prefix, as programs choose prefixes freely: `w:p` is `p`. */
  readonly name: string;
  readonly prefix: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
}
export type XmlNode = XmlElement | string;

export interface XmlDocument {
  readonly root: XmlElement;
  /** The text ended before its elements did. */
  readonly truncated: boolean;
}

/** Reads a part; throws `corrupt` when it holds no element or nests beyond reason. */
export function parseXml(bytes: Uint8Array): XmlDocument {
  const top: XmlElement = { name: '', prefix: '', attributes: {}, children: [] };
  const open = [top];
  const parser = new Parser(
    {
      onopentag(qualified, attributes) {
        if (open.length > maxDepth) throw new RefusedError('corrupt');
        const colon = qualified.indexOf(':');
        const element = {
          name: qualified.slice(colon + 1),
          prefix: colon < 0 ? '' : qualified.slice(0, colon),
          attributes,
          children: [],
        };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(text) {
        open.at(-1)?.children.push(text);
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(decodeXml(bytes));
  const truncated = open.length > 1;
  parser.end();
  const root = elementsOf(top)[0];
  if (!root) throw new RefusedError('corrupt');
  return { root, truncated };
}

function decodeXml(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(declared).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** The first child element of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((node): node is XmlElement => typeof node !== 'string' && node.name === name);
}

/** The element that a path of names leads to, by first children. */
export function descend(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => child(at, name), element);
}

/** All elements of that name below, in document order. */
export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  for (const node of element.children) {
    if (typeof node === 'string') continue;
    if (node.name === name) yield node;
    yield* descendants(node, name);
  }
}

/** The value of an attribute whatever its prefix: `w:val`, `val`. */
export function attribute(element: XmlElement | undefined, name: string): string | undefined {
  if (!element) return undefined;
  const plain = element.attributes[name];
  if (plain !== undefined) return plain;
  for (const [qualified, value] of Object.entries(element.attributes)) {
    if (qualified.endsWith(name) && qualified.at(-name.length - 1) === ':') return value;
  }
  return undefined;
}

/** All text below, as it stands. */
export function textWithin(element: XmlElement | undefined): string {
  if (!element) return '';
  return element.children.map((node) => (typeof node === 'string' ? node : textWithin(node))).join('');
}

/**
 * A minimal acyclic automaton over the letters a–z that numbers its words in alphabetical order, so that a flat
 * table beside it can hold what is known of each (Lucchesi & Kowaltowski 1993; built as in Daciuk et al. 2000).
 * One 32-bit number per edge: 5 bits letter, 1 bit "last of its node", 1 bit "a word ends here", 25 bits target.
 */

const lastBit = 1 << 5;
const finalBit = 1 << 6;
const targetShift = 7;
const letterMask = 31;
const a = 97;

export interface Automaton {
  readonly edges: Uint32Array;
  /** Per edge: how many words come before it among its siblings. */
  readonly skips: Uint32Array;
}

interface Node {
  readonly edges: Map<number, Node>;
  final: boolean;
  /** Set once the node cannot change any more. */
  id: number;
}

/** `words`: sorted, without doubles, letters a–z only. */
export function buildAutomaton(words: Iterable<string>): Automaton {
  const newNode = (): Node => ({ edges: new Map(), final: false, id: 0 });
  const root = newNode();
  const register = new Map<string, Node>();
  let path: { parent: Node; letter: number; child: Node }[] = [];
  let nextId = 1;

  const signature = (node: Node): string => {
    let text = node.final ? '!' : '';
    for (const [letter, child] of node.edges) text += `${letter}:${child.id},`;
    return text;
  };
  const minimise = (down: number) => {
    for (let at = path.length - 1; at >= down; at--) {
      const step = path[at];
      if (step === undefined) continue;
      const key = signature(step.child);
      const same = register.get(key);
      if (same === undefined) {
        step.child.id = nextId++;
        register.set(key, step.child);
      } else step.parent.edges.set(step.letter, same);
    }
    path = path.slice(0, down);
  };

  let previous = '';
  for (const word of words) {
    if (word <= previous) throw new Error(`The words must be sorted and differ: ${previous}, ${word}.`);
    let shared = 0;
    while (shared < previous.length && word[shared] === previous[shared]) shared++;
    minimise(shared);
    let node = path.at(-1)?.child ?? root;
    for (let at = shared; at < word.length; at++) {
      const letter = word.charCodeAt(at) - a;
      if (letter < 0 || letter > 25) throw new Error(`Only the letters a–z fit: ${word}.`);
      const child = newNode();
      node.edges.set(letter, child);
      path.push({ parent: node, letter, child });
      node = child;
    }
    node.final = true;
    previous = word;
  }
  minimise(0);
  return layOut(root);
}

function layOut(root: Node): Automaton {
  const first = new Map<Node, number>();
  const counts = new Map<Node, number>();
  const order: Node[] = [];
  // Slot 0 is no edge, so that a target of 0 says "nothing follows".
  let size = 1;
  const place = (node: Node) => {
    if (node.edges.size === 0 || first.has(node)) return;
    first.set(node, size);
    size += node.edges.size;
    order.push(node);
    for (const child of node.edges.values()) place(child);
  };
  const count = (node: Node): number => {
    let known = counts.get(node);
    if (known === undefined) {
      known = node.final ? 1 : 0;
      for (const child of node.edges.values()) known += count(child);
      counts.set(node, known);
    }
    return known;
  };
  place(root);
  const edges = new Uint32Array(size);
  const skips = new Uint32Array(size);
  for (const node of order) {
    let at = first.get(node) ?? 0;
    let before = 0;
    let left = node.edges.size;
    for (const [letter, child] of node.edges) {
      left--;
      edges[at] =
        ((first.get(child) ?? 0) << targetShift) |
        (child.final ? finalBit : 0) |
        (left === 0 ? lastBit : 0) |
        letter;
      skips[at] = before;
      before += count(child);
      at++;
    }
  }
  return { edges, skips };
}

/**
 * Calls `found` for every word of the automaton that `text` has from `from` on, shortest first, with the word's
 * end in the text and its number.
 */
export function wordsFrom(
  { edges, skips }: Automaton,
  text: string,
  from: number,
  found: (end: number, number: number) => void,
): void {
  let number = 0;
  let edge = 1;
  for (let at = from; at < text.length; at++) {
    const letter = text.charCodeAt(at) - a;
    if (letter < 0 || letter > 25 || edge === 0) return;
    let value = edges[edge] ?? 0;
    while ((value & letterMask) !== letter) {
      if ((value & lastBit) !== 0 || (value & letterMask) > letter) return;
      value = edges[++edge] ?? 0;
    }
    number += skips[edge] ?? 0;
    if ((value & finalBit) !== 0) {
      found(at + 1, number);
      number++;
    }
    edge = value >>> targetShift;
  }
}

/** The number of a word, or -1. */
export function numberOf({ edges, skips }: Automaton, text: string, from = 0, to = text.length): number {
  if (from >= to) return -1;
  let number = 0;
  let edge = 1;
  for (let at = from; at < to; at++) {
    const letter = text.charCodeAt(at) - a;
    if (letter < 0 || letter > 25 || edge === 0) return -1;
    let value = edges[edge] ?? 0;
    while ((value & letterMask) !== letter) {
      if ((value & lastBit) !== 0 || (value & letterMask) > letter) return -1;
      value = edges[++edge] ?? 0;
    }
    number += skips[edge] ?? 0;
    const final = (value & finalBit) !== 0;
    if (at === to - 1) return final ? number : -1;
    if (final) number++;
    edge = value >>> targetShift;
  }
  return -1;
}

/** Every word in alphabetical order. */
export function* allWords({ edges }: Automaton): Generator<string> {
  function* below(edge: number, prefix: string): Generator<string> {
    for (let at = edge; at !== 0; at++) {
      const value = edges[at] ?? 0;
      const word = prefix + String.fromCharCode((value & letterMask) + a);
      if ((value & finalBit) !== 0) yield word;
      yield* below(value >>> targetShift, word);
      if ((value & lastBit) !== 0) return;
    }
  }
  yield* below(edges.length > 1 ? 1 : 0, '');
}

/**
 * What should be there when everything has come to rest, told from what was put, deleted and decided alone: no queues,
 * no revisions, no order of events.
 */
import { strictest, type Visibility, visibilityOfKey } from '../../shared/visibility.ts';

/** One version of an upload. */
export interface Version {
  /** A word that no other version holds, in its title and in its text. */
  readonly token: string;
  /** What it says of its own visibility, in its front matter or as metadata. */
  readonly says: Visibility | null;
  readonly refused: boolean;
  /** Of so many words that an engine keeps its passages apart. */
  readonly isLong: boolean;
}

export interface UploadState {
  readonly version: Version | null;
  /** What the sidecar beside it says; undefined: there is none. */
  readonly sidecar: Visibility | null | undefined;
  /** A token too. Staff's word outlives the upload. */
  readonly title: string | null;
  readonly isHeld: boolean;
}

export const nothing: UploadState = { version: null, sidecar: undefined, title: null, isHeld: false };

export const otherPlace = (key: string): string =>
  key.startsWith('public/') ? key.replace('public/', 'internal/') : key.replace('internal/', 'public/');

/** The same name below `public/` and below `internal/`: what can be moved to and fro. */
export type Family = ReadonlyMap<string, UploadState>;

/** Each of them once. */
export function distinct(families: readonly Family[]): Family[] {
  return [...new Map(families.map((family) => [JSON.stringify([...family]), family])).values()];
}

/** What people do to a family. */
export type Change = (family: Family) => Family;

export class Model {
  /** By the family's name, every way that it may have ended: more than one where a command got no answer. */
  readonly families: Map<string, readonly Family[]>;

  constructor(names: readonly string[], keyOf: (visibility: Visibility, name: string) => string) {
    this.families = new Map(
      names.map((name) => [
        name,
        [
          new Map<string, UploadState>([
            [keyOf('public', name), nothing],
            [keyOf('internal', name), nothing],
          ]),
        ],
      ]),
    );
  }

  /** Whether what becomes of the family can be told. */
  isCertain(name: string): boolean {
    return this.families.get(name)?.length === 1;
  }

  /** Whether there is an internal document under this key, and neither it nor its sidecar has one in its public place. */
  canBeMoved(name: string, internalKey: string): boolean {
    if (!this.isCertain(name)) return false;
    const [source, target] = [internalKey, otherPlace(internalKey)].map((key) => this.of(name).get(key));
    const hasTwoSidecars = source?.sidecar !== undefined && target?.sidecar !== undefined;
    return (
      source?.version?.says === null &&
      source.sidecar !== 'internal' &&
      target?.version === null &&
      !hasTwoSidecars
    );
  }

  of(name: string): Family {
    const [family] = this.families.get(name) ?? [];
    if (!family) throw new Error(`There is no family ${name}`);
    return family;
  }

  /** What certainly happened; where several are given, one of them, and nobody can tell which. */
  happened(name: string, ...changes: readonly Change[]): void {
    const worlds = (this.families.get(name) ?? []).flatMap((family) =>
      changes.map((change) => change(family)),
    );
    this.families.set(name, distinct(worlds));
  }

  /** Which of the ways it may have been, once that could be seen. */
  settle(name: string, families: readonly Family[]): void {
    this.families.set(name, families);
  }

  /** What happened or did not. */
  mayHaveHappened(name: string, ...changes: readonly Change[]): void {
    this.happened(name, (family) => family, ...changes);
  }
}

export const changed =
  (key: string, change: Partial<UploadState>): Change =>
  (family) =>
    new Map(family).set(key, { ...(family.get(key) ?? nothing), ...change });

/** Staff made the document at this internal key public, or said so again; its sidecar goes with it. */
export const moved =
  (key: string): Change =>
  (family) => {
    const source = family.get(key) ?? nothing;
    if (source.version === null) return family;
    const { sidecar } = source.sidecar === undefined ? (family.get(otherPlace(key)) ?? nothing) : source;
    return new Map(family)
      .set(otherPlace(key), { ...source, sidecar, isHeld: false })
      .set(key, { ...source, version: null, sidecar: undefined });
  };

/** The file got another name in the same folder, in the version that had been read: what staff said goes along. */
export const renamed =
  (from: string, to: string): Change =>
  (family) => {
    const { version, title, isHeld } = family.get(from) ?? nothing;
    // What staff hid stays hidden at the place that it left too.
    const left = changed(from, { version: null, title: null })(family);
    return changed(to, { version, title, isHeld })(left);
  };

/** What staff do to the document at this internal key, wherever it has gone since they saw it there. */
export const followed =
  (key: string, change: Partial<UploadState>): Change =>
  (family) => {
    const hasMoved = (family.get(key) ?? nothing).version === null;
    const there = changed(key, change)(family);
    return hasMoved ? changed(otherPlace(key), change)(there) : there;
  };

/**
 * What staff do to the document at this key. Just after a move, when nobody has looked yet at the place that it left, they
 * see it there still, and mean it; a moment later they see it where it is.
 */
export const byStaff = (key: string, change: Partial<UploadState>): readonly Change[] => [
  changed(key, change),
  ...(visibilityOfKey(key) === 'internal' ? [followed(key, change)] : []),
];

/** Every way that two people's changes may have come together, each of them carried out for sure, perhaps or not at all. */
export function together(one: Attempted, other: Attempted): readonly Change[] {
  const inTurn =
    (first: Change, second: Change): Change =>
    (family) =>
      second(first(family));
  const nothingDone: Change = (family) => family;
  const mayBeLeft = ({ end }: Attempted) => end !== 'done';
  const mayBeDone = ({ end }: Attempted) => end !== 'refused';
  return [
    ...(mayBeDone(one) && mayBeDone(other)
      ? [inTurn(one.change, other.change), inTurn(other.change, one.change)]
      : []),
    ...(mayBeDone(one) && mayBeLeft(other) ? [one.change] : []),
    ...(mayBeLeft(one) && mayBeDone(other) ? [other.change] : []),
    ...(mayBeLeft(one) && mayBeLeft(other) ? [nothingDone] : []),
  ];
}

/** `unknown`: there was no answer. */
export interface Attempted {
  readonly change: Change;
  readonly end: 'done' | 'refused' | 'unknown';
}

export interface Expected {
  readonly state: 'searchable' | 'refused' | 'absent';
  readonly visibility: Visibility;
  readonly title: string;
  readonly token: string;
}

export function expectedOf(key: string, { version, sidecar, title, isHeld }: UploadState): Expected {
  const visibility = strictest(
    visibilityOfKey(key) ?? 'internal',
    version?.says,
    sidecar,
    isHeld ? 'internal' : null,
  );
  const state = version === null ? 'absent' : version.refused ? 'refused' : 'searchable';
  return { state, visibility, title: title ?? version?.token ?? '', token: version?.token ?? '' };
}

/** The file of a version; an empty one is refused. */
export function textOf({ token, says, refused, isLong }: Version): string {
  if (refused) return '';
  const frontMatter = says ? `---\nvisibility: ${says}\n---\n\n` : '';
  return `${frontMatter}# Stuk ${token}\n\n${isLong ? chapters : ''}Dit gaat over ${token}.\n`;
}

/** A little over 4,000 words. */
const chapters = Array.from(
  { length: 42 },
  (_, at) => `## Deel ${at + 1}\n\n${'In dit huis wonen mensen die graag samen eten. '.repeat(11)}\n\n`,
).join('');

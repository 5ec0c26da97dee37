/** Broken parts, each with one promise of the protocol taken out, to see that the comparison notices. */
import type { IndexChange } from '../../search-index/search-index.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import type { Mutation } from './way.ts';

/** The catalogue with some of its methods replaced. */
function altered(real: Catalogue, methods: Partial<Catalogue>): Catalogue {
  return new Proxy(real, {
    get: (target, name) => {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

/** A writer of rows that can be made to wait, so that another one comes between; `asks`: as the real one does. */
export function writerThatWaits({ asks }: { readonly asks: boolean }) {
  let next: { readonly begin: () => void; readonly ended: Promise<void> } | undefined;
  const mutation: Mutation = {
    catalogue: (real) =>
      altered(real, {
        write: async (row, read) => {
          const waiting = next;
          next = undefined;
          waiting?.begin();
          await waiting?.ended;
          return real.write(row, asks ? read : await real.get(row.id));
        },
      }),
  };
  const waitAtNextWrite = () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    next = { begin: begun.resolve, ended: ended.promise };
    return { begun: begun.promise, end: ended.resolve };
  };
  return { mutation, waitAtNextWrite };
}

export const mutations: Readonly<Record<string, Mutation>> = {
  'a ledger that calls another revision searchable than the engine holds': {
    catalogue: (real) =>
      altered(real, {
        markApplied: async (row, at) => {
          const now: DocumentRow = (await real.get(row.id)) ?? row;
          await real.markApplied({ ...row, revision: now.revision }, at);
        },
      }),
  },
  'a catalogue that withdraws nothing': {
    catalogue: (real) => {
      real.withdraw = async () => {};
      return real;
    },
  },
  'a catalogue that finds no rows of equal bytes': {
    catalogue: (real) => altered(real, { withContent: async () => [] }),
  },
  'a writer that tells the public collection last': {
    index: (real) => {
      const waiting: IndexChange[] = [];
      return {
        public: {
          ...real.public,
          apply: async (changes) => {
            const removals = changes.filter(({ type }) => type === 'remove');
            waiting.push(...removals);
            if (removals.length < changes.length) await real.public.apply(changes);
          },
        },
        archive: {
          ...real.archive,
          apply: async (changes) => {
            await real.archive.apply(changes);
            await real.public.apply(waiting.splice(0));
          },
        },
      };
    },
  },
  'a writer that does not wait for the engine': {
    index: (real) => ({
      public: { ...real.public, apply: async (changes) => void real.public.apply(changes).catch(() => {}) },
      archive: {
        ...real.archive,
        apply: async (changes) => void real.archive.apply(changes).catch(() => {}),
      },
    }),
  },
  'a writer that leaves what becomes internal in the public collection': {
    index: (real) => ({
      ...real,
      public: {
        ...real.public,
        apply: (changes) => real.public.apply(changes.filter(({ type }) => type === 'put')),
      },
    }),
  },
  'no sweep': { sweep: false },
};

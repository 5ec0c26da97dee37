import { expect, test } from 'vitest';
import * as z from 'zod';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import type { StaffDependencies } from '../../functions/staff-api/staff-dependencies.ts';
import { staffRoutes } from '../../functions/staff-api/staff-routes.ts';
import { collection } from '../../search-index/collection.ts';
import type { Engine } from '../../search-index/engine.ts';
import { entry } from '../search-index/entries.ts';
import { askFunction } from './ask-function.ts';

const shown = entry('stuk');
const index = collection(
  z.custom<Engine>().parse({
    searchDeadline: 900,
    document: async () => shown,
    values: async () => [],
    health: async () => ({ searchable: true, documents: 1 }),
  }),
);

test.each([`/documents/${shown.id}`, '/themes', '/health', '/themes/nergens', '/nergens'])(
  'HEAD of %s is answered as GET is',
  async (path) => {
    const ask = askFunction(publicRoutes(index));
    const [head, get] = await Promise.all([ask(path, { method: 'HEAD' }), ask(path)]);
    expect(head).toEqual(get);
    expect(head.status).toBe(path.endsWith('nergens') ? 404 : 200);
  },
);

test('HEAD of what staff may read is answered, and of what they may only change is not', async () => {
  const ask = askFunction(staffRoutes(z.custom<StaffDependencies>().parse({ index })));
  expect((await ask('/archive/themes', { method: 'HEAD' })).status).toBe(200);
  expect((await ask('/archive/redrive', { method: 'HEAD' })).status).toBe(404);
});

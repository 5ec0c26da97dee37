/** What staff give that has no room in the catalogue or the index is refused with what to do, and changes nothing. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type BackUpRoutesDependencies, backUpRoutes } from '../../functions/back-up/back-up-routes.ts';
import type { StaffDependencies } from '../../functions/staff-api/staff-dependencies.ts';
import { staffRoutes } from '../../functions/staff-api/staff-routes.ts';
import { documentId } from '../../shared/document.ts';
import { row } from '../catalogue/row.ts';
import { askFunction } from './ask-function.ts';

const term = { type: 'theme', slug: 'wonen', label: 'Wonen', aliases: ['Huisvesting'] };

const unused = () => Promise.reject(new Error('Nothing is written'));

test.each([
  ['alias', { ...term, aliases: ['x'.repeat(500_000)] }],
  ['number of aliases', { ...term, aliases: Array.from({ length: 10_000 }, (_, at) => `alias ${at}`) }],
  ['label', { ...term, label: 'x'.repeat(5_000) }],
  ['slug', { ...term, slug: 'x'.repeat(5_000) }],
])('a term with an endless %s', async (_what, endless) => {
  const on = z
    .custom<BackUpRoutesDependencies>()
    .parse({ catalogue: { terms: unused }, replaceTerms: unused });
  const { status, body } = await askFunction(backUpRoutes(on))('/archive/restore/terms', {
    method: 'POST',
    body: { overwrite: false, terms: [term, endless] },
  });
  expect(status).toBe(400);
  expect(body).toMatch(/terms\.1\.\S+ .*hoogstens \d+/);
});

const names = Array.from({ length: 200 }, (_, at) => `${at} ${'字'.repeat(190)}`);

test.each([
  ['series', { series: { label: 'x'.repeat(500_000), number: 1 } }],
  ['name', { themes: ['x'.repeat(250)] }],
  ['lists together', { themes: names, keywords: names, organisations: names }],
])('corrections with endless %s', async (_what, body) => {
  const key = 'public/stuk.txt';
  const catalogue = { get: async () => row(key), write: unused };
  const on = z.custom<StaffDependencies>().parse({ catalogue, now: () => new Date() });
  const answer = await askFunction(staffRoutes(on))(`/archive/documents/${documentId(key)}`, {
    method: 'PATCH',
    body,
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('hoogstens');
});

test('corrections of a backup with endless lists', async () => {
  const corrections = { themes: names, keywords: names, organisations: names };
  const { status, body } = await askFunction(backUpRoutes(z.custom<BackUpRoutesDependencies>().parse({})))(
    '/archive/restore/corrections',
    {
      method: 'POST',
      body: {
        takenAt: '2024-05-02T03:00:00.000Z',
        overwrite: false,
        corrections: [{ key: 'public/stuk.txt', corrections }],
      },
    },
  );
  expect(status).toBe(400);
  expect(body).toContain('hoogstens');
});

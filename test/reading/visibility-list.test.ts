import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  answers,
  flagNames,
  levelNames,
  levels,
  otherNames,
} from '../../functions/ingest-document/visibility/names-and-values.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/visibility.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`'))
  .map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));

test('the page on visibility lists the names and values that are heard, and no others', () => {
  const named = (visibility: string) =>
    [...flagNames].filter(([, level]) => level === visibility).map(([name]) => name);
  const valued = (visibility: string) =>
    [...levels].filter(([, level]) => level === visibility).map(([value]) => value);
  const answering = (yes: boolean) =>
    [...answers].filter(([, answer]) => answer === yes).map(([value]) => value);
  expect(rows).toEqual([
    [...levelNames],
    named('public'),
    named('internal'),
    [...otherNames],
    valued('public'),
    valued('internal'),
    answering(true),
    answering(false),
  ]);
});

/**
 * What was stored before a text had to be visible: it parses, and its texts are cleaned as they are read, so that
 * whatever was kept by an earlier version is still found and shown.
 */
import * as z from 'zod/mini';
import { CanonicalDocument, Listed, Note, Series, sourced } from './document.ts';
import { StoredPassage } from './stored-passage.ts';
import { visibleDocument } from './visible-document.ts';

export const StoredSeries = z.extend(Series, { label: z.string() });
export const StoredNote = z.extend(Note, { message: z.object({ nl: z.string(), en: z.string() }) });

const listed = z.nullable(sourced(z.array(z.extend(Listed, { text: z.string() }))));

/** A canonical document of any version, with its texts cleaned. */
export const StoredDocument = z.pipe(
  z.extend(CanonicalDocument, {
    title: sourced(z.string()),
    summary: z.nullable(sourced(z.string())),
    series: z.nullable(sourced(StoredSeries)),
    themes: listed,
    keywords: listed,
    organisations: listed,
    passages: z.array(StoredPassage).check(z.minLength(1)),
    notes: z.array(StoredNote),
  }),
  z.transform(visibleDocument),
);

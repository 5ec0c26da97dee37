import {
  type CanonicalDocument,
  type Found,
  longestTitle,
  Origin,
  type Reading,
  type Series,
  untitled,
} from '../../shared/document.ts';
import { nameOf } from '../../shared/linking.ts';
import { withoutLastWord } from '../../shared/trim-end.ts';
import { visibleFound, visibleNotes, visibleSeries } from '../../shared/visible-document.ts';
import { cleaned, holdsWord } from '../../shared/visible-text.ts';
import type { FoundWithNotes } from './object-metadata.ts';
import { publicationDate, todayInTheNetherlands } from './publication-date.ts';
import { extensionOf } from './readers/detect-type.ts';
import { seriesInTitle } from './series.ts';
import { statedVisibility } from './visibility/stated-visibility.ts';
import { unclearVisibility } from './visibility/unclear-visibility.ts';

const trust = new Map(Origin.options.map((origin, rank) => [origin, rank]));

/** Titles that programs put among a file's properties when nobody gave one. */
const placeholder = /^(?:naamloos|untitled|zonder titel|document|presentatie|presentation)[\s\d.-]*$/iu;

/**
 * The canonical document: for every value the most trusted source that gives it. `extra` is what is said outside the file
 * (object metadata, a sidecar); `key` names the upload.
 */
export function toCanonical(
  reading: Reading,
  extra: readonly FoundWithNotes[],
  key: string,
  today = todayInTheNetherlands(),
): CanonicalDocument {
  const sources = [...extra, ...reading.found].map(visibleFound).sort((a, b) => rank(a) - rank(b));
  const first = <Value>(read: (found: Found) => Value | undefined) => {
    for (const found of sources) {
      const value = read(found);
      if (value !== undefined) return { value, origin: found.origin };
    }
    return null;
  };
  const { visibility, isUnclear } = statedVisibility(sources.flatMap(({ visibility }) => visibility ?? []));

  return {
    schema: 1,
    kind: reading.kind,
    language: reading.language,
    title: first((found) => usableTitle(found, key)) ?? { value: titleOfFile(key), origin: 'file-name' },
    publishedOn: first(({ publishedOn }) => publicationDate(publishedOn ?? '', today) ?? undefined),
    summary: first(({ summary }) => usableSummary(summary)),
    sourceUrl: first(({ sourceUrl }) =>
      sourceUrl && sourceUrl.length <= longestUrl ? sourceUrl : undefined,
    ),
    series:
      first(({ series }) => usableSeries(series)) ??
      first(({ title, origin }) => usableSeries(seriesOfTitle(title, origin))),
    themes: first(({ themes }) => themes),
    keywords: first(({ keywords }) => keywords),
    organisations: first(({ organisations }) => organisations),
    visibility,
    ...(isUnclear && { isVisibilityUnclear: true }),
    passages: reading.passages,
    ...(reading.headline !== undefined && { headline: reading.headline }),
    ...(reading.metadataLines !== undefined && { metadataLines: reading.metadataLines }),
    notes: visibleNotes([
      ...reading.notes,
      ...reading.found.flatMap((found) =>
        found.origin === 'property' ? unclearVisibility(found.visibility ?? [], 'property') : [],
      ),
      ...extra.flatMap(({ notes }) => notes ?? []),
    ]),
  };
}

/** The name of a file as a title: `jaarverslag-2020_def.txt` becomes `jaarverslag 2020 def`. */
export function titleOfFile(key: string): string {
  const extension = extensionOf(key);
  const name = key.slice(key.lastIndexOf('/') + 1);
  const stem = decoded(extension === null ? name : name.slice(0, -extension.length - 1));
  const words = cleaned(
    cleaned(stem)
      .replace(/[_+]+/g, ' ')
      .replace(/(?<=[\p{L}\p{N}])-+(?=[\p{L}\p{N}])/gu, ' '),
  );
  return holdsWord(words) ? words : untitled;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function rank({ origin }: Found): number {
  return trust.get(origin) ?? trust.size;
}

/** A title that tells something: not endless, without a word, a placeholder or the file's extension. */
function usableTitle({ title, origin }: Found, key: string): string | undefined {
  if (title === undefined || title.length > longestTitle || !holdsWord(title)) return undefined;
  if (origin === 'property' && placeholder.test(title)) return undefined;
  return title.replace(/^\./, '').toLowerCase() === extensionOf(key) ? undefined : title;
}

/** Characters: what a reader still reads of a hit, twice over. Every hit carries it. */
const longestSummary = 2_000;

function usableSummary(summary: string | undefined): string | undefined {
  if (summary === undefined || summary.length <= longestSummary) return summary;
  return cleaned(`${withoutLastWord(summary.slice(0, longestSummary))} …`);
}

/** Characters of an address that browsers and servers agree upon. */
const longestUrl = 2_000;

/** A name that can be chosen from a list. */
function usableSeries(series: Series | undefined): Series | undefined {
  return series && nameOf(series.label) ? series : undefined;
}

/** A sentence of the text that serves as title is not written as one, so its numbers say nothing. */
function seriesOfTitle(title: string | undefined, origin: Origin): Series | undefined {
  if (title === undefined || origin === 'derived') return undefined;
  return visibleSeries(seriesInTitle(title)) ?? undefined;
}

/** Documents, and what is said of them, without what has no visible sign. */
import {
  type Block,
  type CanonicalDocument,
  cleanedBlock,
  type Found,
  type Listed,
  type Note,
  type Passage,
  type Reading,
  type Series,
  untitled,
} from './document.ts';
import { cleaned } from './visible-text.ts';

/** Texts cleaned; a block that shows nothing, and a section that is left with neither heading nor text, is gone. */
export function visiblePassages(passages: readonly Passage[]): Passage[] {
  return passages
    .map(({ anchor, level, blocks }) => ({
      anchor: { ...anchor, heading: cleaned(anchor.heading ?? '') || null },
      level,
      blocks: visibleBlocks(blocks),
    }))
    .filter(
      ({ anchor, blocks }) => anchor.type !== 'section' || anchor.heading !== null || blocks.length > 0,
    );
}

function visibleBlocks(blocks: readonly Block[]): Block[] {
  return blocks.flatMap(({ type, text }) => {
    const visible = cleanedBlock({ type, text });
    return visible ? [{ type, text: visible }] : [];
  });
}

/** What one source says, without the values that show nothing. */
export function visibleFound(found: Found): Found {
  const { origin, title, publishedOn, summary, sourceUrl, series, visibility } = found;
  const kept: Found = { origin };
  if (title && cleaned(title)) kept.title = cleaned(title);
  if (publishedOn !== undefined) kept.publishedOn = publishedOn;
  if (summary && cleaned(summary)) kept.summary = cleaned(summary);
  if (sourceUrl !== undefined) kept.sourceUrl = sourceUrl;
  const visible = visibleSeries(series ?? null);
  if (visible) kept.series = visible;
  for (const field of ['themes', 'keywords', 'organisations'] as const) {
    const listed = visibleListed(found[field] ?? []);
    if (listed.length > 0) kept[field] = listed;
  }
  if (visibility !== undefined) kept.visibility = visibility;
  return kept;
}

export function visibleSeries(series: Series | null): Series | null {
  const label = cleaned(series?.label ?? '');
  return series && label ? { ...series, label } : null;
}

function visibleListed(listed: readonly Listed[]): Listed[] {
  return listed.map(({ form, text }) => ({ form, text: cleaned(text) })).filter(({ text }) => text !== '');
}

/** Messages are ours, and only what they quote is not. */
export function visibleNotes(notes: readonly Note[]): Note[] {
  return notes.map(({ code, message: { nl, en } }) => ({
    code,
    message: { nl: cleaned(nl), en: cleaned(en) },
  }));
}

/** What was taken out of the text, without what shows nothing. */
export function visibleTakenOut({
  headline,
  metadataLines,
}: Pick<Reading, 'headline' | 'metadataLines'>): Pick<Reading, 'headline' | 'metadataLines'> {
  const heading = cleaned(headline ?? '');
  const lines = (metadataLines ?? [])
    .map(({ field, value, blocks }) => ({
      field,
      value: cleaned(value ?? '') || null,
      blocks: visibleBlocks(blocks),
    }))
    .filter(({ blocks }) => blocks.length > 0);
  return {
    ...(heading !== '' && { headline: heading }),
    ...(lines.length > 0 && { metadataLines: lines }),
  };
}

/** The document as `CanonicalDocument` asks it to be; it keeps at least one passage. */
export function visibleDocument(document: CanonicalDocument): CanonicalDocument {
  const { title, summary, series, themes, keywords, organisations, passages, notes } = document;
  const { headline, metadataLines, ...others } = document;
  const visible = visiblePassages(passages);
  return {
    ...others,
    ...visibleTakenOut({ headline, metadataLines }),
    title: { ...title, value: cleaned(title.value) || untitled },
    summary: ifLeft(summary, cleaned(summary?.value ?? '') || null),
    series: ifLeft(series, visibleSeries(series?.value ?? null)),
    themes: ifLeft(themes, nonEmpty(themes?.value)),
    keywords: ifLeft(keywords, nonEmpty(keywords?.value)),
    organisations: ifLeft(organisations, nonEmpty(organisations?.value)),
    passages: visible.length > 0 ? visible : passages.slice(0, 1).map(withoutText),
    notes: visibleNotes(notes),
  };
}

function ifLeft<Sourced extends { readonly value: Value }, Value>(
  sourced: Sourced | null,
  value: Value | null,
): Sourced | null {
  return sourced && value !== null ? { ...sourced, value } : null;
}

function nonEmpty(listed: readonly Listed[] = []): Listed[] | null {
  const visible = visibleListed(listed);
  return visible.length > 0 ? visible : null;
}

function withoutText({ anchor, level }: Passage): Passage {
  return { anchor: { ...anchor, heading: null }, level, blocks: [] };
}

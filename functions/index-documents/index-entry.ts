import { piecesOf } from '../../search-index/portions.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { withCorrections } from '../../shared/corrections.ts';
import { withDisplacedLines, withHeadline } from '../../shared/displaced-text.ts';
import type { CanonicalDocument } from '../../shared/document.ts';
import { nameOf } from '../../shared/linking.ts';
import type { VocabularyInUse } from './vocabulary.ts';

/**
 * Characters, ten pages or so. A text of a million words without a heading is one passage: whoever finds it would read all
 * of it to show three lines.
 */
const longestPassage = 30_000;

/** What the search index is to hold of a document: as read, as staff corrected it, linked to the vocabulary. */
export async function indexEntry(
  row: DocumentRow,
  read: CanonicalDocument,
  { link, aliasesOf }: VocabularyInUse,
): Promise<IndexEntry> {
  const document = withHeadline(withCorrections(read, row.corrections));
  // Before its lines are text again: an organisation that staff took off a list is not to come back as mentioned.
  const links = await link(row.id, document);
  const aliases = [
    ...links.themes.map(({ slug }) => aliasesOf('theme', slug)),
    ...links.keywords.map(({ slug }) => aliasesOf('keyword', slug)),
    ...links.organisations.map(({ slug }) => aliasesOf('organisation', slug)),
  ];
  const labelled = ({ slug, label }: { slug: string; label: string }) => ({ slug, label });
  const series = document.series && nameOf(document.series.value.label);
  return {
    id: row.id,
    revision: row.revision,
    kind: document.kind,
    visibility: row.visibility,
    language: document.language,
    title: document.title.value,
    titleOrigin: document.title.origin,
    publishedOn: document.publishedOn?.value ?? null,
    summary: document.summary?.value ?? null,
    sourceUrl: document.sourceUrl?.value ?? null,
    upload: row.key,
    ...(row.sameAs && { sameAs: row.sameAs }),
    themes: links.themes.map(labelled),
    keywords: links.keywords.map(labelled),
    organisations: links.organisations.map(({ slug, label, listed }) => ({ slug, label, listed })),
    alsoNamed: [...new Set(aliases.flat())],
    series: series && { ...series, number: document.series?.value.number ?? null },
    passages: withDisplacedLines(document).passages.flatMap((passage) => piecesOf(passage, longestPassage)),
  };
}

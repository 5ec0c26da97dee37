/** What can be said of a document that does not say it itself, from its text. */
import type { Found } from '../../../shared/document.ts';
import { holdsWord } from '../../../shared/visible-text.ts';
import type { Piece } from './sections.ts';
import { cutAtWord, endsSentence, firstSentence } from './sentences.ts';

/** Characters. */
const longestDerivedTitle = 80;
const longestSummary = 300;

/** Words; a first paragraph with fewer is a greeting or a caption rather than what the document is about. */
const shortestSummary = 8;

/** The first sentence, cut at a word; undefined when there is no text. */
export function derivedTitle(pieces: readonly Piece[]): string | undefined {
  const first = pieces.find(({ type }) => type === 'paragraph') ?? pieces.find(({ text }) => holdsWord(text));
  return first && cutAtWord(firstSentence(first.text), longestDerivedTitle);
}

/** The first real paragraph, cut at a word; undefined when there is no text. */
export function derivedSummary(pieces: readonly Piece[]): string | undefined {
  const paragraphs = pieces.filter(({ type }) => type === 'paragraph');
  const isReal = ({ text }: Piece) => endsSentence(text) && text.split(' ').length >= shortestSummary;
  const chosen = paragraphs.find(isReal) ?? paragraphs[0] ?? pieces.find(({ type }) => type === 'item');
  if (!chosen) return undefined;
  const summary = cutAtWord(chosen.text, longestSummary - 2);
  return summary.length < chosen.text.length ? `${summary} …` : summary;
}

/** What a reader adds, with the least trust, so that every document has a title and a summary where it can. */
export function derived(pieces: readonly Piece[]): Found {
  const title = derivedTitle(pieces);
  const summary = derivedSummary(pieces);
  return { origin: 'derived', ...(title && { title }), ...(summary && { summary }) };
}

/** Every word that a file shows is in the document: its title, its headings and text, or a line that became metadata. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../functions/ingest-document/metadata.ts';
import { openArchive } from '../../functions/ingest-document/readers/archive.ts';
import { readUpload } from '../../functions/ingest-document/readers/index.ts';
import type { CanonicalDocument } from '../../shared/document.ts';
import { foldedWords } from '../../shared/fold.ts';
import { fixture, today } from './read.ts';

function wordsOf({ title, headline, metadataLines, passages }: CanonicalDocument): Set<string> {
  const texts = [
    title.value,
    headline ?? '',
    ...(metadataLines ?? []).flatMap(({ blocks }) => blocks.map(({ text }) => text)),
    ...passages.flatMap(({ anchor, blocks }) => [anchor.heading ?? '', ...blocks.map(({ text }) => text)]),
  ];
  return new Set(texts.flatMap(foldedWords));
}

async function lostWords(bytes: Uint8Array, name: string, shown: string): Promise<string[]> {
  const found = wordsOf(
    toCanonical(await readUpload({ bytes, key: `public/${name}` }, today), [], name, today),
  );
  return [...new Set(foldedWords(shown))].filter((word) => !found.has(word));
}

/** The text between tags, with what a program wrote for itself left out. */
function textOfXml(xml: string, silent: readonly string[]): string {
  const without = silent.reduce(
    (rest, name) => rest.replace(new RegExp(`<${name}[\\s>][\\s\\S]*?</${name}>`, 'g'), ' '),
    xml,
  );
  return without
    .replace(/<\/(?:w:p|a:p|text:p|text:h|w:tc|p|h\d|li|td|th|title|div|option)>|<[a-z:]+[^>]*\/>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&apos;/g, "'")
    .replace(/&(?:lt|gt|amp|quot|nbsp|#160);/g, ' ');
}

const decoder = new TextDecoder();

function partsOf(name: string, parts: RegExp, silent: readonly string[] = []): string {
  const archive = openArchive(fixture(name));
  return archive.names
    .filter((part) => parts.test(part))
    .map((part) => textOfXml(decoder.decode(archive.read(part)), silent))
    .join('\n');
}

describe('No word is lost of', () => {
  const samples = new URL('../../samples/', import.meta.url);
  const texts = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(md|txt)$/.test(name),
  );

  test.each(texts)('the sample %s', async (name) => {
    const bytes = readFileSync(new URL(name, samples));
    const body = decoder
      .decode(bytes)
      .replace(/^---\n[\s\S]*?\n---\n/, '')
      .replace(/\]\([^)]*\)/g, ']')
      .replace(/^\s*\d+\. /gm, '');
    expect(await lostWords(bytes, basename(name), body)).toEqual([]);
  });

  test.each([
    ['pandoc-verslag.docx', /^word\/(document|footnotes)\.xml$/],
    ['libreoffice-nieuwsbrief.docx', /^word\/(document|footnotes|endnotes)\.xml$/],
  ])('%s', async (name, parts) => {
    const shown = partsOf(name, parts, ['w:del', 'w:instrText', 'wp:posOffset', 'mc:Fallback']);
    expect(await lostWords(fixture(name), name, shown)).toEqual([]);
  });

  test.each(['pandoc-verslag.odt', 'libreoffice-nieuwsbrief.odt'])('%s', async (name) => {
    const shown = partsOf(name, /^content\.xml$/, ['text:tracked-changes', 'text:note-citation']);
    expect(await lostWords(fixture(name), name, shown)).toEqual([]);
  });

  test.each([
    ['libreoffice-presentatie.odp', /^content\.xml$/],
    ['libreoffice-presentatie.pptx', /^ppt\/(slides|notesSlides)\/[^/]+\.xml$/],
  ])('%s but for its hidden slide', async (name, parts) => {
    expect(await lostWords(fixture(name), name, partsOf(name, parts))).toEqual(['verborgen', 'begroting']);
  });

  test('pandoc-verslag.pptx but for the date at the foot of its slides', async () => {
    const name = 'pandoc-verslag.pptx';
    const shown = partsOf(name, /^ppt\/(slides|notesSlides)\/[^/]+\.xml$/, ['a:tableStyleId']);
    expect(await lostWords(fixture(name), name, shown)).toEqual(['2021', '03', '12']);
  });

  test('libreoffice-nieuwsbrief.pdf, of what the newsletter shows that it was printed from', async () => {
    const shown = partsOf('libreoffice-nieuwsbrief.odt', /^content\.xml$/, [
      'text:tracked-changes',
      'text:note-citation',
    ]);
    const name = 'libreoffice-nieuwsbrief.pdf';
    expect(await lostWords(fixture(name), name, shown)).toEqual([]);
  });

  test('pandoc-verslag.html but for the number of its note', async () => {
    const bytes = fixture('pandoc-verslag.html');
    const shown = textOfXml(decoder.decode(bytes), ['style', 'script', 'head']);
    expect(await lostWords(bytes, 'pandoc-verslag.html', shown)).toEqual(['1']);
  });
});

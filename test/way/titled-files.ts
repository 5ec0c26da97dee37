/** Small files of every kind that have a title in their text, and where the kind knows it another among their properties. */
import { type ForgedEntry, forgeZip } from '../reading-files/zip-forgery.ts';

export interface TitledFile {
  readonly extension: string;
  readonly content: (heading: string, property?: string) => string | Uint8Array;
}

export const sentence =
  'De bewoners van het verpleeghuis beslissen zelf over hun dag, en dat is goed nieuws.';
export const subheading = 'Vervolg';
export const ending = 'Het verdere verhaal staat in het volgende nummer van het blad.';

const office = 'http://schemas.openxmlformats.org';
const relations = `${office}/officeDocument/2006/relationships`;
const openDocument = 'urn:oasis:names:tc:opendocument:xmlns';

function coreProperties(title: string | undefined): ForgedEntry[] {
  if (title === undefined) return [];
  return [
    {
      name: 'docProps/core.xml',
      content: `<cp:coreProperties xmlns:cp="${office}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></cp:coreProperties>`,
    },
  ];
}

function docx(title: string, heading: string, property?: string): Uint8Array {
  const styled = (style: string, text: string) =>
    `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const body = [
    styled(title, heading),
    styled('Normal', sentence),
    styled('Heading2', subheading),
    styled('Normal', ending),
  ];
  return forgeZip([
    {
      name: 'word/document.xml',
      content: `<w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body>${body.join('')}</w:body></w:document>`,
    },
    ...coreProperties(property),
  ]);
}

function openDocumentMeta(title: string | undefined): ForgedEntry[] {
  if (title === undefined) return [];
  return [
    {
      name: 'meta.xml',
      content: `<office:document-meta xmlns:office="${openDocument}:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>${title}</dc:title></office:meta></office:document-meta>`,
    },
  ];
}

function odf(body: string, property?: string): Uint8Array {
  const spaces = ['office', 'text', 'drawing', 'presentation']
    .map((name) => `xmlns:${name}="${openDocument}:${name}:1.0"`)
    .join(' ');
  return forgeZip([
    {
      name: 'content.xml',
      content: `<office:document-content ${spaces}><office:body>${body}</office:body></office:document-content>`,
    },
    ...openDocumentMeta(property),
  ]);
}

const odtBody = (title: string) =>
  `<office:text>${title}<text:p>${sentence}</text:p><text:h text:outline-level="2">${subheading}</text:h><text:p>${ending}</text:p></office:text>`;

const odpPage = (title: string, text: string) =>
  `<drawing:page><drawing:frame presentation:class="title"><drawing:text-box><text:p>${title}</text:p></drawing:text-box></drawing:frame><drawing:frame><drawing:text-box><text:p>${text}</text:p></drawing:text-box></drawing:frame></drawing:page>`;

function pptx(heading: string, property?: string): Uint8Array {
  const shape = (type: string, text: string) =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const namespaces = `xmlns:p="${office}/presentationml/2006/main" xmlns:a="${office}/drawingml/2006/main" xmlns:r="${relations}"`;
  const slides = [
    [heading, sentence],
    [subheading, ending],
  ] as const;
  return forgeZip([
    {
      name: 'ppt/presentation.xml',
      content: `<p:presentation ${namespaces}><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      content: `<Relationships>${slides.map((_, at) => `<Relationship Id="rId${at}" Type="${relations}/slide" Target="slides/slide${at}.xml"/>`).join('')}</Relationships>`,
    },
    ...slides.map(([title, text], at) => ({
      name: `ppt/slides/slide${at}.xml`,
      content: `<p:sld ${namespaces}><p:cSld><p:spTree>${shape('title', title)}${shape('body', text)}</p:spTree></p:cSld></p:sld>`,
    })),
    ...coreProperties(property),
  ]);
}

/** A page with its first line in large letters. */
function pdf(heading: string, property?: string): Uint8Array {
  const line = (size: number, y: number, text: string) =>
    `BT /F ${size} Tf 50 ${y} Td (${text.replace(/[()\\]/g, '')}) Tj ET`;
  const content = [line(24, 750, heading), line(10, 700, sentence), line(10, 640, ending)].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< ${property === undefined ? '' : `/Title (${property})`} >>`,
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(file, 'latin1'));
}

const html = (heading: string, head = '') =>
  `<!doctype html><html lang="nl"><head>${head}</head><body><h1>${heading}</h1><p>${sentence}</p><h2>${subheading}</h2><p>${ending}</p></body></html>`;

const below = `\n${sentence}\n\n## ${subheading}\n\n${ending}\n`;
const prose = `\n${sentence}\n\n\n${subheading}\n\n${ending}\n`;

/** Kinds that take the title out of their text, where it would be shown twice. */
export const flowing: Readonly<Record<string, TitledFile>> = {
  'a Markdown heading': { extension: 'md', content: (heading) => `# ${heading}\n${below}` },
  'a Markdown heading that is underlined': {
    extension: 'md',
    content: (heading) => `${heading}\n===\n${below}`,
  },
  'a Markdown heading that front matter repeats': {
    extension: 'md',
    content: (heading) => `---\ntitle: "${heading}"\n---\n\n# ${heading}\n${below}`,
  },
  'a Markdown heading straight above another': {
    extension: 'md',
    content: (heading) => `# ${heading}\n\n## Aanleiding\n${below}`,
  },
  'the first line of a text': { extension: 'txt', content: (heading) => `${heading}\n\n${prose}` },
  'the underlined first line of a text': {
    extension: 'txt',
    content: (heading) => `${heading}\n${'='.repeat(heading.length)}\n${prose}`,
  },
  'a heading of a page': {
    extension: 'html',
    content: (heading, property) => html(heading, property === undefined ? '' : `<title>${property}</title>`),
  },
  'a heading of a page with a title for others': {
    extension: 'html',
    content: (heading, property) =>
      html(heading, property === undefined ? '' : `<meta property="og:title" content="${property}">`),
  },
  'a Word paragraph in the style of a title': {
    extension: 'docx',
    content: (heading, property) => docx('Title', heading, property),
  },
  'a Word heading': {
    extension: 'docx',
    content: (heading, property) => docx('Heading1', heading, property),
  },
  'an OpenDocument paragraph in the style of a title': {
    extension: 'odt',
    content: (heading, property) =>
      odf(odtBody(`<text:p text:style-name="Title">${heading}</text:p>`), property),
  },
  'an OpenDocument heading': {
    extension: 'odt',
    content: (heading, property) =>
      odf(odtBody(`<text:h text:outline-level="1">${heading}</text:h>`), property),
  },
};

/** Kinds whose pages and slides stay as they are. */
export const paged: Readonly<Record<string, TitledFile>> = {
  'the title of a PowerPoint slide': { extension: 'pptx', content: pptx },
  'the title of an OpenDocument slide': {
    extension: 'odp',
    content: (heading, property) =>
      odf(
        `<office:presentation>${odpPage(heading, sentence)}${odpPage(subheading, ending)}</office:presentation>`,
        property,
      ),
  },
  'the first line of a PDF': { extension: 'pdf', content: pdf },
};

export const files = { ...flowing, ...paged };

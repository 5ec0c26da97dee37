/** Made-up documents with known words, facets and counts. */

/** Would say so in the page if any markup of a document ever ran. */
export const markupTitle = `Proef <img src=x onerror="window.ran = 'title'"> & <script>window.ran = 'title'</script>`;

const markup = `<script>window.ran = 'text'</script><img src=x onerror="window.ran = 'text'">`;

const visits = Array.from({ length: 24 }, (_, index) => {
  const number = index + 1;
  const year = index % 2 === 0 ? 2019 : 2020;
  const organisation = index % 3 === 0 ? 'Sensire' : 'Mijzo';
  return [
    `public/werkbezoek-${number}.md`,
    `${frontMatter({
      title: `Werkbezoek ${number}`,
      date: `${year}-03-${String(number).padStart(2, '0')}`,
      organisations: organisation,
    })}Bij dit werkbezoek stond de moestuin centraal.\n`,
  ];
});

export const testDocuments: Readonly<Record<string, string>> = {
  'public/nachtrust.md':
    frontMatter({
      title: 'Nachtrust op de gang',
      date: '2021-04',
      themes: 'Overige onderwerpen',
      organisations: 'Sensire',
      series: 'Nachtbrieven',
    }) +
    `Hoe een nacht stiller werd.

## Aanleiding

Bewoners sliepen slecht. ${'De gang was lang en het licht bleef aan. '.repeat(30)}

## Stille schoenen

Met vilten zolen liep de nachtdienst zonder geluid. De zolen kosten weinig.

- zachte zolen
- gedempt licht

## Uitkomst

Iedereen slaapt beter. ${'De zusters lopen rustig hun ronde. '.repeat(60)}
`,
  'public/opmaak.md':
    frontMatter({ title: `'${markupTitle.replaceAll("'", "''")}'`, date: '2018-01-02' }) +
    `## Kop met \`${markup}\`

Deze opmaakproef bevat opmaak: \`${markup}\`.

\`\`\`
${markup}
\`\`\`
`,
  'internal/binnenskamers.md': `${frontMatter({ title: 'Binnenskamers' })}Dit blijft binnenskamers, ook het werkbezoek.\n`,
  ...Object.fromEntries(visits),
};

export const publicDocuments = Object.keys(testDocuments).filter((path) => path.startsWith('public/')).length;

function frontMatter(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `---\n${lines.join('\n')}\n---\n\n`;
}

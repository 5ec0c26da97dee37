/** Texts that a pattern or a loop may take the square of, each as long as it is asked to be, in UTF-16 units. */

const repeated = (text: string) => (length: number) =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

const between = (before: string, text: string, after: string) => (length: number) =>
  before + repeated(text)(length) + after;

/** What `make` gives for 0, 1, 2 and so on, until that is enough. */
const counted = (make: (at: number) => string, before = '', after = '') => {
  return (length: number) => {
    const parts: string[] = [];
    for (let at = 0, left = length; left > 0; at++) {
      const part = make(at);
      parts.push(part);
      left -= part.length;
    }
    return before + parts.join('') + after;
  };
};

const repeatedSigns =
  '- " ( ) [ ] < > & * _ ~ ` | # = + . , ; : ! ? / @ \\ 1 a A 😀 \u00ad \u200b \ufdfa \u2028 \u0301 { } …';

export const hostileTexts: Readonly<Record<string, (length: number) => string>> = {
  ...Object.fromEntries(repeatedSigns.split(' ').map((sign) => [`${sign} again and again`, repeated(sign)])),
  ...Object.fromEntries(
    [' ', '\t', '\n', '\n ', '\r', '\f', '\u00a0'].map((space) => [
      `a and b with ${JSON.stringify(space)} between them`,
      between('a', space, 'b'),
    ]),
  ),
  // Words, names and numbers.
  ...Object.fromEntries(
    [
      ...['a ', 'A b ', 'a-', 'a- ', 'a-\n', "a's ", 'a.', 'a. ', '! ', '."', 'a/', 'a@', 'a@b.c ', '10km '],
      ...['a\u0301', 'a\u00ad', '1.000.', '# 1 ', 'nr 1 ', '(2020) ', 'http://a.b/', 'Surplus en ', 'a, b, '],
      ...['Surplus/', 'van der Wijk ', 'zorg- en ', 'deel neemt ', 'a(b)', '(a)b', '=?utf-8?Q?a?= '],
    ].map((text) => [`${JSON.stringify(text)} again and again`, repeated(text)]),
  ),
  // Lines and paragraphs.
  ...Object.fromEntries(
    [
      ...[
        'a\n',
        'a\n\n',
        'a:\n',
        'A b:\n\n',
        'a;\n',
        'a\tb\n',
        '• a\n',
        'Een regel die af-\ngebroken is en door\n',
      ],
      ...[
        'Trefwoorden: a,\n\n',
        'Trefwoorden:\n\n- a\n\n',
        '1 mei 2020\n\n',
        '=====\n',
        '2.1 Kop\n\nTekst.\n\n',
      ],
    ].map((text) => [`the lines ${JSON.stringify(text)}`, repeated(text)]),
  ),
  'names that go on over paragraphs': between('Trefwoorden: ', 'a,\n\n', 'b'),
  // Markdown.
  ...Object.fromEntries(
    [
      ...[
        '![',
        '[a](',
        '[a][b]',
        '[^1]',
        '*a **a ',
        '_a ',
        '~~a ',
        '`a',
        '> ',
        '> > > a\n',
        '|a|b|\n',
        '- a\n',
      ],
      ...[
        '1. a\n',
        '# a\n\nb\n\n',
        'a\n=\n',
        'a  \n',
        '    a\n',
        '```\n',
        '<http://',
        '&amp;',
        '<div>\n\n',
        '\\*',
      ],
    ].map((text) => [`Markdown ${JSON.stringify(text)}`, repeated(text)]),
  ),
  'a table of many rows': between('|a|b|\n|-|-|\n', '|x|y|\n', ''),
  'a table of many columns': (length) =>
    `${'|a'.repeat(length / 8)}|\n${'|-'.repeat(length / 8)}|\n${'|x|\n'.repeat(length / 8)}`,
  'items within items': counted((at) => `${' '.repeat((2 * at) % 180)}- a\n`),
  'many footnotes': counted((at) => `a[^${at}]\n\n[^${at}]: noot\n\n`),
  'many references': counted((at) => `[a${at}]: http://x\n`),
  'code between ever more signs': counted((at) => `${'`'.repeat(at % 200)}a`),
  // HTML.
  ...Object.fromEntries(
    [
      ...[
        '<!-- -->',
        '<!--',
        '<a ',
        '<a<',
        '</',
        '<div>',
        '<div>a</div>',
        '<p>a',
        '<span>',
        '<ul><li>a',
        '<br> ',
      ],
      ...[
        'a<br>',
        '<h1>a</h1>',
        '<table><tr><td>a',
        '<tr><td>a</td><td>b</td></tr>',
        '<script',
        '<style>a</style>',
      ],
      ...[
        '<script></script',
        '<![CDATA[',
        '<?a ',
        '<!a ',
        '<meta charset ',
        '<meta name="keywords" content="a,b">',
      ],
      ...[
        '<script type="application/ld+json">{}</script>',
        '<p class="cookie_cookie-">a',
        '<li>a</li>',
        '&#x',
      ],
    ].map((text) => [`HTML ${JSON.stringify(text)}`, repeated(text)]),
  ),
  'breaks in a heading': between('<h1>', '<br>', '</h1>a'),
  'an element of many attributes': between('<p ', 'a=b ', '>a</p>'),
  'an attribute that does not end': between('<p a="', '<', ''),
  'a title of dashes': between('<title>', '- ', '</title><p>a'),
  'rows beside a menu': between('<nav>a</nav><table>', '<tr><td>a</td><td>b</td></tr>', '</table>'),
  // Front matter, which is what a sidecar is too.
  'many fields': counted((at) => `k${at}: v\n`, '---\n', '---\na'),
  'many fields, one of them broken': counted((at) => `k${at}: v\n`, '---\na: b: c\n', '---\na'),
  'empty lines behind a broken field': between('---\ntitle: a: b\n', '\n', '---\na'),
  'lists within lists': between('---\na: ', '[', '\n---\na'),
  'fields within fields': counted((at) => `${' '.repeat(at)}a:\n`, '---\n', '---\na'),
  'colons in a field': between('---\na', ' :', '\n---\na'),
  'aliases of one anchor': between('---\na: &a [x, x]\n', 'b: *a\n', '---\na'),
  'a title of many dashes': between('---\ntitle: "a', '- ', '"\n---\na'),
  'a series of many commas': between('---\nseries: a', ' ,', '1x\n---\na'),
  'keywords joined by en': between('---\nkeywords: ', 'Surplus en ', 'Surplus en x\n---\na'),
  'a list of keywords': between('---\nkeywords: [', 'a, ', 'b]\n---\na'),
};

/**
 * What every engine must make true of a collection, in sentences. Each test gets a new, empty index; an engine of a
 * server runs the same file.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SearchIndex, SearchResult } from '../../search-index/search-index.ts';
import { textOf } from '../../shared/document.ts';
import { bracketed, entry, joined, labelled, put, remove, request, section } from './entries.ts';

export function searchIndexContract(name: string, openEmpty: () => Promise<SearchIndex>): void {
  describe(`A collection on ${name}`, () => {
    let index: SearchIndex;
    beforeEach(async () => {
      index = await openEmpty();
    });
    afterEach(() => index.close());

    const search = (q: string, asked: Parameters<typeof request>[0] = {}) =>
      index.search(request({ q, ...asked }));
    const uploadsOf = ({ hits }: SearchResult) =>
      hits.map(({ upload }) => upload.slice('public/'.length, -3));
    const found = async (q: string, asked: Parameters<typeof request>[0] = {}) =>
      uploadsOf(await search(q, asked));

    describe('matching', () => {
      test('finds a document by words from its title, headings, names and text together', async () => {
        await index.apply(
          put(
            entry('dagritme', {
              title: 'Een ander dagritme',
              themes: ['Eigen regie'],
              organisations: ['Huize Lindenhof'],
              text: [section('Ontbijten wanneer je wilt', 'De keuken is de hele ochtend open.')],
            }),
            entry('keuken', { text: 'De keuken is gesloten.' }),
          ),
        );
        expect(await found('dagritme ontbijten regie lindenhof keuken ')).toEqual(['dagritme']);
        expect(await found('keuken ')).toHaveLength(2);
      });

      test('takes the last word as a beginning, unless a space follows or the caller says not to', async () => {
        await index.apply(put(entry('koor', { text: 'Samen musiceren op zaal.' })));
        expect(await found('samen music')).toEqual(['koor']);
        expect(await found('music')).toEqual(['koor']);
        expect(await found('music ')).toEqual([]);
        expect(await found('music', { prefix: false })).toEqual([]);
        expect(await found('m')).toEqual([]);
      });

      test('is blind to signs that show nothing, in a query and in a text', async () => {
        await index.apply(
          put(
            entry('schoon', {
              title: 'Het verpleeghuis',
              themes: ['Wonen'],
              text: 'Samen in het verpleeghuis.',
            }),
            entry('vuil', {
              title: 'Het ver\u00adpleeg\u200bhuis',
              themes: ['Wo\u00adnen'],
              text: 'Samen in het ver\u2060pleeg\ufeff\u3164huis.',
            }),
          ),
        );
        for (const q of [
          'verpleeghuis ',
          'ver\u00adpleeg\u200bhuis ',
          '"in het ver\u202epleeghuis"',
          'verpleeghuis wo\u034fnen',
        ]) {
          expect(await found(q)).toHaveLength(2);
        }
        expect((await search('\u00ad\u3164\u2800')).total).toBe(2);
        expect((await index.suggest('ver\u00adpl', 5)).length).toBeGreaterThan(0);
      });

      test('matches a word that holds a digit exactly', async () => {
        await index.apply(put(entry('formaat', { text: 'Druk het af op A4, in 2021.' })));
        expect(await found('a4')).toEqual(['formaat']);
        expect(await found('2021')).toEqual(['formaat']);
        expect(await found('202')).toEqual([]);
        expect(await found('a')).toEqual([]);
        expect(await found('2022')).toEqual([]);
        expect(await found('a5 ')).toEqual([]);
      });

      test('is blind to capitals, accents, ligatures and the kind of apostrophe', async () => {
        await index.apply(
          put(
            entry('namen', {
              text: 'Bij ’t Zorghuus aan het \u0132sselmeer drinken we coöperatief café-au-lait.',
            }),
          ),
        );
        for (const q of [
          "'t zorghuus",
          '‘T ZORGHUUS',
          'ijsselmeer',
          'cooperatief',
          'coo\u0308peratief',
          'CAFE',
        ]) {
          expect(await found(q), q).toEqual(['namen']);
        }
      });

      test('lets function words neither demand nor exclude, unless they are all that is asked', async () => {
        await index.apply(
          put(
            entry('wij', { text: 'Wie wij zijn: een huis vol buren.' }),
            entry('huis', { text: 'Huisregels. Buren welkom.' }),
          ),
        );
        expect((await found('de buren van het ')).sort()).toEqual(['huis', 'wij']);
        expect(await found('wie zijn wij')).toEqual(['wij']);
      });

      test('demands the words of a phrase in order, function words included, within one passage', async () => {
        await index.apply(
          put(
            entry('wrap', { text: 'Het gaat hier van regels\nnaar relaties, elke dag.' }),
            entry('blokken', { text: [section(null, 'Wij gaan van regels', 'naar relaties.')] }),
            entry('apart', {
              text: [section('Deel een', 'Los van regels'), section('Deel twee', 'naar relaties')],
            }),
            entry('los', { text: 'Van relaties naar regels.' }),
            entry('titel', { title: 'Van regels naar relaties' }),
          ),
        );
        expect((await found('"van regels naar relaties"')).sort()).toEqual(['blokken', 'titel', 'wrap']);
        expect((await found('“Van Regels Naar Relaties”')).sort()).toEqual(['blokken', 'titel', 'wrap']);
        expect((await found('"van regel naar relatie"')).sort()).toEqual(['blokken', 'titel', 'wrap']);
        expect(await found('"van regels naar relat"')).toEqual([]);
        expect(await found('"van regels naar relatjes"')).toEqual([]);
        expect(await found('"regels relaties"')).toEqual([]);
        expect(await found('"deel twee" los ')).toEqual(['apart']);
      });

      test('does not let a phrase run from one name into the next', async () => {
        await index.apply(put(entry('namen', { keywords: ['Wonen', 'Zorg thuis'] })));
        expect(await found('"zorg thuis"')).toEqual(['namen']);
        expect(await found('"wonen zorg"')).toEqual([]);
      });

      test('excludes after a space and a hyphen, beside another word only', async () => {
        await index.apply(
          put(
            entry('zang', { text: 'Zingen met de buurt, e-bikes in de schuur.' }),
            entry('dans', { text: 'Dansen met de buurt.' }),
          ),
        );
        expect(await found('buurt -zingen')).toEqual(['dans']);
        expect(await found('buurt -zin')).toHaveLength(2);
        expect(await found('buurt -zong')).toEqual(['dans']);
        expect(await found('buurt -e-bikes')).toEqual(['dans']);
        expect(await found('buurt -"zingen met"')).toEqual(['dans']);
        expect(await found('"de buurt" -zingen')).toEqual(['dans']);
        expect(await found('-zingen')).toEqual(['zang']);
        expect(await found(' -zingen')).toEqual(['zang']);
        expect(await found('buurt - zingen')).toEqual(['zang']);
        expect(await found('buurt-zingen')).toEqual(['zang']);
      });

      test('takes half a character wherever a text may hold one', async () => {
        const half = entry('half', {
          title: 'Tuindag \ud83c',
          themes: ['Tuinieren \ud83c'],
          text: [section('Kop \udf3b', 'Zaaien en \udf3b oogsten.')],
        });
        await index.apply(put(half, entry('heel', { title: 'Tuinfeest' })));
        expect(await found('tuindag tuinieren zaaien ')).toEqual(['half']);
        expect(await index.suggest('tuind', 10)).toMatchObject([{ type: 'title', id: half.id }]);
      });

      test('finds a document under the other spellings of its names, and never shows those', async () => {
        await index.apply(
          put(
            entry('regio', { organisations: ['Carelink'], alsoNamed: ['Care Link Oost'], text: 'Nieuws.' }),
          ),
        );
        expect(await found('care link')).toEqual(['regio']);
        expect(JSON.stringify(await search('care link'))).not.toContain('Link Oost');
        expect(JSON.stringify(await index.document(entry('regio').id, ''))).not.toContain('Link Oost');
      });

      test('finds the last word of a long publication, in its own passage', async () => {
        const filler = 'Er stond die dag weer veel op het programma van de afdeling. '.repeat(60);
        const text = Array.from({ length: 40 }, (_, at) => section(`Hoofdstuk ${at + 1}`, filler));
        await index.apply(
          put(entry('lang', { text: [...text, section('Slot', `${filler} Waarvan akte: zwanenzang.`)] })),
        );
        const { hits } = await search('zwanenzang');
        expect(hits.map(({ passages }) => passages.map(({ anchor }) => anchor.heading))).toEqual([['Slot']]);
        expect(bracketed(hits[0]?.passages[0]?.parts ?? [])).toContain('[zwanenzang]');
        expect((await search('afdeling hoofdstuk')).hits[0]?.passages).toHaveLength(3);
      });

      test('answers whatever is typed', async () => {
        await index.apply(put(entry('los', { text: 'Zomaar een tekst over C++ en AND.' })));
        const odd = [
          '(',
          ')',
          '"',
          '""',
          '*',
          '-',
          ' - ',
          'AND',
          'NEAR(',
          'c++',
          'title:',
          '^a',
          '{a}',
          "'",
          '\\',
          '\0',
          '\ud800',
          '😀',
        ];
        const typed = fc.array(fc.oneof(fc.constantFrom(...odd, 'tekst', ' ', ' -', 'over'), fc.string()), {
          maxLength: 12,
        });
        await fc.assert(
          fc.asyncProperty(typed, fc.boolean(), async (pieces, prefix) => {
            const q = pieces.join('');
            const result = await search(q, { prefix });
            expect(result.hits).toHaveLength(result.total);
            await index.suggest(q, 10);
            await index.document(entry('los').id, q);
          }),
          { numRuns: 200 },
        );
        expect(await found(`${'woord '.repeat(50)}${'x '.repeat(100)}`)).toEqual([]);
        const many = Array.from(
          { length: 80 },
          (_, at) => `woord${'abcdefghij'[at % 10]}${'abcdefgh'[Math.floor(at / 10)]}`,
        );
        expect(await found(`tekst ${many.join(' ')}`)).toEqual(['los']);
      });
    });

    describe('Dutch', () => {
      const texts = (...texts: readonly string[]) =>
        put(...texts.map((text, at) => entry(`tekst-${at}`, { text })));
      const finds = async (q: string, text: string) => {
        const made = entry('enige', { text });
        await index.apply(put(made));
        return (await found(q)).length === 1;
      };

      test('finds a word by every inflection of it', async () => {
        for (const [asked, text] of [
          ['verpleeghuis ', 'Twee verpleeghuizen in de stad.'],
          ['verpleeghuizen ', 'Het verpleeghuis in de stad.'],
          ['werken ', 'Zij heeft er graag gewerkt.'],
          ['werkte ', 'Werken met plezier.'],
          ['idee ', 'Nieuwe ideee\u0308n.'],
          ['foto ', 'De foto’s van toen.'],
          ["ECD's ", 'Het ECD is vernieuwd.'],
          ['cliënten', 'De client beslist.'],
        ] as const) {
          expect(await finds(asked, text), `${asked}in ${text}`).toBe(true);
        }
      });

      test('finds a compound by each of its parts, and never a word that only looks like one', async () => {
        for (const [asked, text] of [
          ['zorg ', 'De verpleeghuiszorg van nu.'],
          ['raad ', 'Centrale cliëntenraden.'],
          ['client ', 'Centrale cliëntenraden.'],
          ['zorg organisatie ', 'Alle zorgorganisaties.'],
          ['organisaties zorg ', 'Alle zorgorganisaties.'],
          ['huizen ', 'Dit verpleeghuis.'],
        ] as const) {
          expect(await finds(asked, text), `${asked}in ${text}`).toBe(true);
        }
        for (const [asked, text] of [
          ['regel ', 'Deze maatregel.'],
          ['ring ', 'Een vergadering.'],
        ] as const) {
          expect(await finds(asked, text), `${asked}in ${text}`).toBe(false);
        }
      });

      test('finds for a compound that is asked all its parts next to each other, never some of them', async () => {
        for (const text of [
          'De zorgorganisatie.',
          'Een zorg-organisatie.',
          'Alle zorg organisaties.',
          'De zorg- en onderwijsorganisaties.',
          'Het ouderenzorgorganisatieoverleg.',
        ]) {
          expect(await finds('zorgorganisaties ', text), text).toBe(true);
        }
        for (const text of ['De zorg.', 'De organisatie.']) {
          expect(await finds('zorgorganisaties ', text), text).toBe(false);
          expect(await finds('zorgorganisaties ziekenhuis ', text), text).toBe(false);
        }
      });

      test('makes do with all parts of a compound apart only when nothing has it otherwise', async () => {
        await index.apply(texts('De organisatie van de zorg.', 'De zorg.'));
        expect(await search('zorgorganisaties ')).toMatchObject({
          total: 1,
          relaxed: true,
          hits: [{ missing: ['zorgorganisaties'] }],
        });
        await index.apply(put(entry('naast', { text: 'Een zorg-organisatie.' })));
        expect(await search('zorgorganisaties ')).toMatchObject({
          total: 1,
          relaxed: false,
          hits: [{ title: 'naast', missing: [] }],
        });
      });

      test('finds broken and joined writing', async () => {
        for (const [asked, text] of [
          ['verpleeg huis ', 'Het verpleeghuis.'],
          ['verpleeghuis ', 'Het verpleeg huis.'],
          ['mantel zorg ', 'De mantelzorg.'],
          ['zeggenschap ', 'De (mede)zeggenschap.'],
          ['medezeggenschap ', 'De (mede-)zeggenschap.'],
          ['ehealth ', 'Over e-health.'],
          ['e health ', 'Over ehealth.'],
          ['e-health ', 'Over e health.'],
          ['subsidieaanvraag ', 'De subsidie-aanvraag.'],
          ['10km ', 'Een tocht van 10 km.'],
          ['10 km ', 'Een tocht van 10km.'],
          ['o.a. ', 'Met o.a. soep.'],
          ['deelnemen ', 'Zij neemt morgen weer deel.'],
          ['reflectiebijeenkomsten ', 'Met reflectiegesprekken of – bijeenkomsten.'],
          ['\u0132sselmeer ', 'Bij het IJsselmeer.'],
        ] as const) {
          expect(await finds(asked, text), `${asked}in ${text}`).toBe(true);
        }
      });

      test('keeps to the words of a phrase, inflected or not', async () => {
        expect(await finds('"lange dagen"', 'Een lange dag.')).toBe(true);
        for (const [asked, text] of [
          ['"zorg"', 'De verpleeghuiszorg.'],
          ['"verpleeghuis zorg"', 'De verpleeghuiszorg.'],
          ['"lange da"', 'Een lange dag.'],
          ['"kracht"', 'Een klacht.'],
          ['"veilig"', 'De veiling.'],
        ] as const) {
          expect(await finds(asked, text), `${asked} in ${text}`).toBe(false);
        }
      });

      test('finds an abbreviation by what it stands for, and old words by new ones only from the old', async () => {
        for (const [asked, text] of [
          ['wzd ', 'De Wet zorg en dwang.'],
          ['wet zorg en dwang ', 'Volgens de Wzd.'],
          ['bejaardentehuis ', 'In verpleeghuizen.'],
        ] as const) {
          expect(await finds(asked, text), `${asked}in ${text}`).toBe(true);
        }
        expect(await finds('verpleeghuis ', 'In bejaardentehuizen.')).toBe(false);
      });

      test('takes a document in another language by its words as written', async () => {
        const english = { ...entry('english', { text: 'Nursing homes and their beds.' }), language: 'en' };
        await index.apply(put(english));
        expect(await found('nursing homes')).toEqual(['english']);
        expect(await found('"nursing homes"')).toEqual(['english']);
        expect(await found('bed ')).toEqual([]);
      });

      test('ranks the word itself above its inflection, a part, a beginning and an error', async () => {
        const rest = 'staat hier in de zin over het huis.';
        await index.apply(
          put(
            ...[...'abcdefgh'].map((name) => entry(`rest-${name}`, { text: `Niets ${rest}` })),
            entry('e-zelf', { text: `Tuin ${rest}` }),
            entry('d-vorm', { text: `Tuinen ${rest}` }),
            entry('c-deel', { text: `Kruidentuin ${rest}` }),
            entry('b-begin', { text: `Tuinieren ${rest}` }),
            entry('a-fout', { text: `Tiun ${rest}` }),
          ),
        );
        expect(await found('tuin')).toEqual(['e-zelf', 'd-vorm', 'c-deel', 'b-begin']);
      });

      test('takes what was typed with an error only when nothing matches it otherwise', async () => {
        await index.apply(texts('De rolstoelen staan klaar.', 'De organisatie.', 'Een klacht.'));
        for (const q of [
          'rolstelen ',
          'rolstoleen ',
          'orgnaisatie ',
          'organisaite ',
          'organissatie ',
          'klahct ',
        ]) {
          expect(await found(q), q).toHaveLength(1);
        }
        expect(await found('kracht ')).toEqual(['tekst-2']);
        await index.apply(put(entry('kracht', { text: 'Met kracht.' })));
        expect(await found('kracht ')).toEqual(['kracht']);
      });

      test('forgives one error from five letters and two from nine, none beside a digit or in a phrase', async () => {
        await index.apply(texts('De stoel.', 'De medewerkers.', 'Covid19 en b12345.'));
        expect(await found('stoek ')).toHaveLength(1);
        expect(await found('stiek ')).toEqual([]);
        expect(await found('mdewerkrs ')).toHaveLength(1);
        expect(await found('mdewrkrs ')).toEqual([]);
        expect(await found('covid18 ')).toEqual([]);
        expect(await found('b12346 ')).toEqual([]);
        expect(await found('"medewrkers"')).toEqual([]);
      });

      test('never forgives an error towards a part of a compound or a lemma', async () => {
        await index.apply(texts('De verpleeghuiszorgverlener.', 'Zij liepen.'));
        expect(await found('verpleeghus ')).toEqual([]);
        expect(await found('lopwn ')).toEqual([]);
      });

      test('says what was probably meant, as documents spell it', async () => {
        await index.apply(texts('De Cliëntenraad vergadert.', 'Over Brentano.'));
        expect(await search('de clientenrad ')).toMatchObject({
          total: 1,
          relaxed: false,
          didYouMean: 'de cliëntenraad',
        });
        expect((await search('Brentanno')).didYouMean).toBe('Brentano');
        expect((await search('clientenraad ')).didYouMean).toBeNull();
        expect((await search('xqzwvxq ')).didYouMean).toBeNull();
      });

      test('proposes a much commoner word for one that hardly any document has', async () => {
        await index.apply(
          put(
            ...Array.from({ length: 12 }, (_, at) => entry(`goed-${at}`, { text: 'De afdeling.' })),
            entry('fout', { text: 'De afdelign.' }),
          ),
        );
        expect(await search('afdelign ')).toMatchObject({ total: 1, didYouMean: 'afdeling' });
        expect((await search('afdeling ')).didYouMean).toBeNull();
      });

      test('makes do with fewer words when all give too few hits, and says which are missing', async () => {
        await index.apply(
          put(
            entry('beide', { text: 'Een robot op de afdeling.' }),
            entry('robot', { text: 'Een robot.' }),
            entry('afdeling', { text: 'De afdeling.' }),
            entry('geen', { text: 'Iets anders.' }),
          ),
        );
        const { total, relaxed, hits } = await search('robots afdeling ');
        expect({ total, relaxed }).toEqual({ total: 3, relaxed: true });
        expect(hits[0]?.missing).toEqual([]);
        expect(hits.map(({ upload, missing }) => `${upload} ${missing}`).sort()).toEqual([
          'public/afdeling.md robots',
          'public/beide.md ',
          'public/robot.md afdeling',
        ]);
        expect(await search('robot xqzwvxq ')).toMatchObject({
          relaxed: true,
          total: 2,
          hits: [{ missing: ['xqzwvxq'] }, { missing: ['xqzwvxq'] }],
        });
        expect(await search('xqzwvxq zzqqx ')).toMatchObject({ relaxed: false, total: 0, hits: [] });
        expect((await search('"een robot" xqzwvxq ')).hits).toHaveLength(2);
        expect(await found('robot afdeling -een')).toEqual(['afdeling']);
      });

      test('demands all words when they give enough, whatever the filters leave', async () => {
        await index.apply(
          put(
            ...Array.from({ length: 12 }, (_, at) =>
              entry(`samen-${at}`, { text: 'Samen eten.', ...(at === 0 ? { themes: ['Wonen'] } : {}) }),
            ),
            entry('eten', { text: 'Eten.', themes: ['Wonen'] }),
          ),
        );
        expect(await search('samen eten ')).toMatchObject({ total: 12, relaxed: false });
        expect(await search('samen eten ', { filters: { theme: ['wonen'] } })).toMatchObject({
          total: 1,
          relaxed: false,
        });
      });

      test('pages and counts what fewer words find, without a repeat', async () => {
        await index.apply(
          put(
            ...Array.from({ length: 9 }, (_, at) =>
              entry(`a-${at}`, { text: 'Over zwanen.', themes: ['A'] }),
            ),
            ...Array.from({ length: 9 }, (_, at) =>
              entry(`b-${at}`, { text: 'Over ganzen.', themes: ['B'] }),
            ),
          ),
        );
        const pages = await Promise.all([1, 2, 3, 4].map((page) => search('zwaan gans ', { page, size: 5 })));
        const ids = pages.flatMap(({ hits }) => hits.map(({ id }) => id));
        expect(new Set(ids).size).toBe(18);
        expect(ids).toHaveLength(18);
        expect(pages[0]?.facets.theme.map(({ label, count }) => `${label} ${count}`)).toEqual(['A 9', 'B 9']);
        const filtered = await search('zwaan gans ', { filters: { theme: ['a'] } });
        expect(filtered.total).toBe(9);
        expect(filtered.facets.theme.map(({ count }) => count)).toEqual([9, 9]);
      });

      test('never makes words known that only removed documents held', async () => {
        const secret = entry('geheim', { text: 'De operatie Zonnebloempit.' });
        await index.apply(put(secret, entry('open', { text: 'Iets anders.' })));
        await index.apply([remove({ ...secret, revision: 2 })]);
        expect(await search('zonebloempit ')).toMatchObject({ total: 0, didYouMean: null });
        expect(await index.suggest('zonebloempit', 10)).toEqual([]);
      });
    });

    describe('ranking and order', () => {
      test('puts a title above headings and names, and those above the text', async () => {
        const rest = 'Over van alles en nog wat in en om het huis.';
        await index.apply(
          put(
            entry('tekst', { text: `Een zin over muziek. ${rest}` }),
            entry('kop', { text: [section('Muziek', rest)] }),
            entry('titel', { title: 'Muziek', text: rest }),
            entry('anders', { text: rest }),
            entry('nog iets', { text: rest }),
            entry('en nog iets', { text: rest }),
            entry('het laatste', { text: rest }),
          ),
        );
        expect(await found('muziek')).toEqual(['titel', 'kop', 'tekst']);
      });

      test('puts the word itself above a longer word, other things equal', async () => {
        await index.apply(
          put(
            entry('b-langer', { text: 'Het gaat om tuinieren in de stad.' }),
            entry('a-zelf', { text: 'Het gaat om tuin in de stad.' }),
            entry('c-langer', { text: 'Het gaat om tuinman in de stad.' }),
          ),
        );
        expect((await found('tuin'))[0]).toBe('a-zelf');
      });

      test('sorts by date with the undated last, ties by id, and never repeats a hit on a later page', async () => {
        await index.apply(
          put(
            entry('undated'),
            entry('old', { publishedOn: '2019-03-01' }),
            entry('month', { publishedOn: '2020-06' }),
            ...['a', 'b', 'c', 'd'].map((name) => entry(name, { publishedOn: '2021-01-01' })),
          ),
        );
        const newest = await found('', { sort: 'newest' });
        expect(newest.slice(4)).toEqual(['month', 'old', 'undated']);
        expect(await found('')).toEqual(newest);
        const oldest = await found('', { sort: 'oldest' });
        expect([...oldest.slice(0, 2), oldest.at(-1)]).toEqual(['old', 'month', 'undated']);
        const tied = newest.slice(0, 4).map((name) => entry(name).id);
        expect(tied).toEqual([...tied].sort());
        const pages = await Promise.all([1, 2, 3, 4].map((page) => found('', { page, size: 2 })));
        expect(pages.flat()).toEqual(newest);
      });

      test('sorts what matches by date too', async () => {
        await index.apply(
          put(
            entry('oud', { publishedOn: '2018-01-01', title: 'Muziek' }),
            entry('nieuw', { publishedOn: '2022-01-01', text: 'muziek' }),
            entry('stil', { publishedOn: '2023-01-01' }),
          ),
        );
        expect(await found('muziek', { sort: 'newest' })).toEqual(['nieuw', 'oud']);
        expect(await found('muziek', { sort: 'oldest' })).toEqual(['oud', 'nieuw']);
      });
    });

    describe('facets', () => {
      beforeEach(() =>
        index.apply(
          put(
            entry('een', {
              themes: ['Wonen', 'Welzijn'],
              kind: 'article',
              publishedOn: '2020-01-01',
              text: 'samen eten',
            }),
            entry('twee', {
              themes: ['Wonen'],
              kind: 'publication',
              publishedOn: '2021-05',
              text: 'samen eten',
            }),
            entry('drie', {
              themes: ['Techniek'],
              kind: 'article',
              publishedOn: '2021-06-01',
              text: 'samen eten',
              series: 'Brieven',
            }),
            entry('vier', { themes: ['Techniek'], kind: 'page', text: 'alleen eten' }),
          ),
        ),
      );
      const counts = (values: SearchResult['facets']['theme']) =>
        values.map(({ label, count, selected }) => `${label} ${count}${selected ? ' x' : ''}`);

      test('count what matches, most frequent first and then by label', async () => {
        const { total, facets } = await search('eten ');
        expect(total).toBe(4);
        expect(counts(facets.theme)).toEqual(['Techniek 2', 'Wonen 2', 'Welzijn 1']);
        expect(counts(facets.kind)).toEqual(['artikel 2', 'pagina 1', 'publicatie 1']);
        expect(facets.kind.map(({ slug }) => slug)).toEqual(['article', 'page', 'publication']);
        expect(counts(facets.year)).toEqual(['2021 2', '2020 1']);
        expect(counts(facets.series)).toEqual(['Brieven 1']);
        expect(facets.keyword).toEqual([]);
      });

      test('match any value of a facet and every facet, and a selection does not lessen its own counts', async () => {
        const { total, facets } = await search('samen ', {
          filters: { theme: ['techniek', 'welzijn'], kind: ['article'] },
        });
        expect(total).toBe(2);
        expect(counts(facets.theme)).toEqual(['Techniek 1 x', 'Welzijn 1 x', 'Wonen 1']);
        expect(counts(facets.kind)).toEqual(['artikel 2 x']);
        expect(counts(facets.year)).toEqual(['2020 1', '2021 1']);
      });

      test('show a selected value that nothing has, and find nothing', async () => {
        const { total, facets, hits } = await search('', {
          filters: { theme: ['bestaat-niet'], kind: ['presentation'] },
        });
        expect({ total, hits }).toEqual({ total: 0, hits: [] });
        expect(facets.theme).toEqual([
          { slug: 'bestaat-niet', label: 'bestaat-niet', count: 0, selected: true },
        ]);
        expect(facets.kind).toEqual([
          { slug: 'presentation', label: 'presentatie', count: 0, selected: true },
        ]);
        const known = await search('alleen', { filters: { theme: ['welzijn'] } });
        expect(counts(known.facets.theme)).toEqual(['Techniek 1', 'Welzijn 0 x']);
      });

      test('take any text as a value and never as syntax', async () => {
        await fc.assert(
          fc.asyncProperty(fc.string(), async (value) => {
            const { total } = await search('', {
              filters: { theme: [value], series: [`"] OR 1=1 --${value}`] },
            });
            expect(total).toBe(0);
          }),
          { numRuns: 100 },
        );
      });

      test('go by the commonest spelling, then the first by the alphabet, in hits and lists alike', async () => {
        const spelled = (name: string, label: string, revision = 1) => ({
          ...entry(name, { revision }),
          keywords: [{ slug: 'sante', label }],
        });
        await index.apply(put(spelled('x', 'Sante'), spelled('y', 'Santé'), spelled('z', 'Santé')));
        const labels = async () => {
          const { facets, hits } = await search('', { filters: { keyword: ['sante'] } });
          return [
            ...facets.keyword.map(({ label }) => label),
            ...(await index.values('keyword')).map(({ label }) => label),
            ...new Set(hits.flatMap(({ keywords }) => keywords.map(({ label }) => label))),
          ];
        };
        expect(await labels()).toEqual(['Santé', 'Santé', 'Santé']);
        await index.apply(put(spelled('z', 'Sante', 2)));
        expect(await labels()).toEqual(['Sante', 'Sante', 'Sante']);
        await index.apply(put(spelled('z', 'Anders', 3)));
        expect(await labels()).toEqual(['Anders', 'Anders', 'Anders']);
      });

      test('list at least two hundred values', async () => {
        const keywords = Array.from({ length: 300 }, (_, at) => `Woord ${at}`);
        await index.apply(put(entry('vol', { keywords })));
        expect((await search('')).facets.keyword).toHaveLength(300);
      });

      test('are right for any set of documents and any selection', async () => {
        const themes = ['Rood', 'Groen', 'Blauw'];
        const keywords = ['Rond', 'Vierkant'];
        const described = fc.record({
          themes: fc.subarray(themes),
          keywords: fc.subarray(keywords),
          kind: fc.constantFrom('article' as const, 'page' as const),
        });
        const slugs = (labels: readonly string[]) => labels.map((label) => labelled(label).slug);
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.array(described, { maxLength: 8 }),
            fc.subarray(slugs(themes)),
            fc.subarray(slugs(keywords)),
            async (documents, theme, keyword) => {
              run += 1;
              const made = documents.map((each, at) =>
                entry(`willekeurig-${at}`, { ...each, revision: run, text: 'kleurrijk' }),
              );
              const gone = Array.from({ length: 8 - made.length }, (_, at) =>
                remove(entry(`willekeurig-${made.length + at}`, { revision: run })),
              );
              await index.apply([...put(...made), ...gone]);
              const { total, facets } = await search('kleurrijk ', { filters: { theme, keyword } });
              const has = (held: readonly { slug: string }[], selected: readonly string[]) =>
                selected.length === 0 || held.some(({ slug }) => selected.includes(slug));
              expect(total).toBe(
                made.filter((each) => has(each.themes, theme) && has(each.keywords, keyword)).length,
              );
              for (const { slug, count } of facets.theme) {
                expect(count).toBe(
                  made.filter((each) => has(each.themes, [slug]) && has(each.keywords, keyword)).length,
                );
              }
              for (const { slug, count } of facets.keyword) {
                expect(count).toBe(
                  made.filter((each) => has(each.themes, theme) && has(each.keywords, [slug])).length,
                );
              }
            },
          ),
          { numRuns: 60 },
        );
      });
    });

    describe('what is long or written otherwise', () => {
      test('a filter finds what its slug says, in whatever capitals and accents it is written', async () => {
        await index.apply(
          put(entry('een', { themes: ['Kerk en staat'] }), entry('twee', { themes: ['Kerk'] })),
        );
        for (const theme of ['kerk-en-staat', 'Kerk-en-Staat', 'KERK EN STAAT', 'kérk en staat']) {
          const { hits, facets } = await search('', { filters: { theme: [theme] } });
          expect([
            hits.map(({ title }) => title),
            facets.theme.find(({ selected }) => selected)?.slug,
          ]).toEqual([['een'], 'kerk-en-staat']);
        }
        for (const theme of ['ker', '"', '😀', 'kerk" OR theme = "kerk-en-staat'])
          expect((await search('', { filters: { theme: [theme] } })).total, theme).toBe(0);
      });

      test.each(['A', 'É'])('names of 100 to 200 times %s stay whole, and each its own', async (letter) => {
        const names = [100, 101, 150, 199].flatMap((length) =>
          ['a', 'B'].map((end) => letter.repeat(length) + end),
        );
        await index.apply(put(...names.map((name, at) => entry(`stuk-${at}`, { organisations: [name] }))));
        const labels = (await index.values('organisation')).map(({ label }) => label);
        expect(labels.sort()).toEqual([...names].sort());
        for (const name of names) {
          expect((await search('', { filters: { organisation: [labelled(name).slug] } })).total).toBe(1);
        }
      });

      test.each(['a', 'ж', '漢'])('words that share hundreds of times %s are told apart', async (letter) => {
        const long = [99, 100, 101, 300, 3_000].map((length) => letter.repeat(length));
        await index.apply(
          put(
            ...long.flatMap((text) => [
              entry(`${text.length}x`, { text: `${text}x eend` }),
              entry(`${text.length}y`, { text: `${text}y eend` }),
            ]),
          ),
        );
        for (const text of long.filter((each) => each.length < 500)) {
          expect(await found(`${text}x `)).toEqual([`${text.length}x`]);
          expect(await found(`"${text}y eend"`)).toEqual([`${text.length}y`]);
          expect(await found(`${text}z `)).toEqual([]);
        }
        expect((await search(letter.repeat(60))).total).toBe(2 * long.length);
      });
    });

    describe('passages and marks', () => {
      test('shows the passages that hold most of the query, best first, with their anchors', async () => {
        await index.apply(
          put(
            entry('verslag', {
              text: [
                section('Inleiding', 'Wij vertellen over dit jaar.'),
                section('Robots', 'De robot helpt bij het koken.'),
                section('Koken met een robot', 'Samen met de robot koken de bewoners op dinsdag.'),
                section('Tuin', 'Iedereen plant iets.'),
              ],
            }),
          ),
        );
        const [hit] = (await search('robot bewoners ')).hits;
        expect(hit?.passages.map(({ anchor, parts }) => [anchor.number, bracketed(parts)])).toEqual([
          [3, 'Samen met de [robot] koken de [bewoners] op dinsdag.'],
        ]);
        const [both] = (await search('robot tuin')).hits;
        expect(both?.passages.map(({ anchor }) => anchor.heading)).toEqual([
          'Robots',
          'Tuin',
          'Koken met een robot',
        ]);
      });

      test('shows the beginning of the document, unmarked, when only its title or names matched', async () => {
        await index.apply(
          put(
            entry('lied', {
              title: 'Zingen',
              text: [section('Leeg'), section('Begin', 'Elke week een lied.')],
            }),
          ),
        );
        const [hit] = (await search('zingen')).hits;
        expect(bracketed(hit?.titleParts ?? [])).toBe('[Zingen]');
        expect(hit?.passages).toEqual([
          {
            anchor: { type: 'section', number: 2, heading: 'Begin' },
            parts: [['Elke week een lied.', false]],
          },
        ]);
      });

      test('gives a document whole, its passages and blocks marked', async () => {
        const made = entry('heel', {
          title: 'Foto’s van ideee\u0308n',
          text: [
            section('Een', 'Foto’s hangen aan de muur.', 'Idee\u0308en ook.'),
            section('Twee', 'Niets.'),
          ],
        });
        await index.apply(put(made));
        const document = await index.document(made.id, 'ideeën foto');
        if (!document || document === 'gone' || 'movedTo' in document) throw new Error('it is not there');
        expect(document.passages.map(({ parts }) => joined(parts))).toEqual(made.passages.map(textOf));
        expect(document.passages[0]?.blocks.map(({ type, parts }) => [type, bracketed(parts)])).toEqual([
          ['paragraph', '[Foto’s] hangen aan de muur.'],
          ['paragraph', '[Idee\u0308en] ook.'],
        ]);
        expect(document).toMatchObject({ id: made.id, language: 'nl', title: made.title, kind: 'article' });
        const unmarked = await index.document(made.id, '');
        expect(JSON.stringify(unmarked)).not.toContain('true]');
      });

      test('gives a text that is too long for one answer in portions, which hits name', async () => {
        const filler = Array.from({ length: 40 }, () => 'Niets bijzonders hier. '.repeat(500));
        const made = entry('groot', { text: [section('Een', ...filler), section('Twee', 'Vlierbes.')] });
        const short = entry('klein', { text: 'Een vlierbes.' });
        await index.apply(put(made, short));
        const { hits } = await search('vlierbes');
        expect(new Map(hits.map(({ id, isLong }) => [id, isLong]))).toEqual(
          new Map([
            [made.id, true],
            [short.id, false],
          ]),
        );
        expect(await index.document(made.id, '')).toMatchObject({ portion: { number: 1, of: 2 } });
        expect(await index.document(made.id, 'vlierbes')).toMatchObject({ portion: { number: 2, of: 2 } });
        expect(await index.document(made.id, '', { number: 3 })).toBeUndefined();
      });

      test('shows the place in a text without a heading, however far down it is', async () => {
        const filler = Array.from({ length: 40 }, () => 'Niets bijzonders hier. '.repeat(100));
        await index.apply(put(entry('vlak', { text: [section(null, ...filler, 'Een vlierbes.')] })));
        const [hit] = (await search('vlierbes')).hits;
        expect(bracketed(hit?.passages[0]?.parts ?? [])).toContain('Een [vlierbes].');
      });
    });

    describe('suggestions and values', () => {
      beforeEach(() =>
        index.apply(
          put(
            entry('een', {
              title: 'Digitaal zorgen voor elkaar',
              themes: ['Digitale zorg'],
              organisations: ['De Linde'],
            }),
            entry('twee', {
              title: 'Zorgen om zorg',
              themes: ['Digitale zorg'],
              keywords: ['Zorgtechnologie'],
            }),
            entry('drie', { title: 'Iets anders', series: 'Brieven uit de zorg', mentions: ['De Linde'] }),
          ),
        ),
      );
      const suggested = async (q: string, size = 10) =>
        (await index.suggest(q, size)).map(
          ({ type, parts, count }) => `${type} ${bracketed(parts)} ${count}`,
        );

      test('suggest names by any word in them, by count, and then titles', async () => {
        expect(await suggested('zor')).toEqual([
          'theme Digitale [zor]g 2',
          'keyword [Zor]gtechnologie 1',
          'series Brieven uit de [zor]g 1',
          'title [Zor]gen om [zor]g 1',
          'title Digitaal [zor]gen voor elkaar 1',
        ]);
        expect(await suggested('Zorg DIG')).toEqual([
          'theme [Dig]itale [zorg] 2',
          'title [Dig]itaal [zorg]en voor elkaar 1',
        ]);
        expect(await suggested('linde')).toEqual(['organisation De [Linde] 2']);
        expect(await suggested('lindr')).toEqual(['organisation De [Linde] 2']);
        expect(await suggested('digitael zorg')).toContain('theme [Digitale] [zorg] 2');
        expect(await suggested(' ')).toEqual([]);
        expect(await suggested('zor', 2)).toHaveLength(2);
      });

      test('say where a suggestion leads', async () => {
        const [theme] = await index.suggest('digitale', 10);
        expect(theme).toMatchObject({ type: 'theme', slug: 'digitale-zorg', id: null });
        const [title] = await index.suggest('iets', 10);
        expect(title).toMatchObject({
          type: 'title',
          slug: null,
          id: entry('drie').id,
          label: 'Iets anders',
        });
      });

      test('list every value with its count', async () => {
        expect(await index.values('organisation')).toEqual([
          { slug: 'de-linde', label: 'De Linde', count: 2 },
        ]);
        expect(await index.values('kind')).toEqual([{ slug: 'article', label: 'artikel', count: 3 }]);
        expect(await index.values('year')).toEqual([]);
      });
    });

    describe('being filled', () => {
      const isRefilling = async () => (await index.health()).refilling ?? false;
      const isDegraded = async () => (await index.search(request())).degraded;

      test('goes on until it is said that the generation that was looked at holds all', async () => {
        expect(await isRefilling()).toBe(true);
        await index.apply(put(entry('een')));
        const { generation } = await index.health();
        expect([await isRefilling(), await isDegraded()]).toEqual([true, true]);
        await index.markFilled('another');
        expect(await isRefilling()).toBe(true);
        await index.markFilled(generation);
        expect([await isRefilling(), await isDegraded()]).toEqual([false, false]);
        await index.apply(put(entry('twee')));
        await index.markFilled((await index.health()).generation);
        expect([await isRefilling(), await isDegraded()]).toEqual([false, false]);
        expect((await index.health()).generation).toBe(generation);
      });

      test('can be over before there is any document', async () => {
        await index.markFilled((await index.health()).generation);
        expect(await isRefilling()).toBe(false);
        await index.apply(put(entry('een')));
        expect([await isRefilling(), await isDegraded()]).toEqual([false, false]);
      });

      test('is no question for what was filled aside and checked', async () => {
        await index.apply(put(entry('oud')));
        await index.beginAside();
        await index.aside.apply(put(entry('nieuw')));
        await index.promote();
        expect([await isRefilling(), await isDegraded()]).toEqual([false, false]);
      });
    });

    describe('changes', () => {
      test('replace a document, and nothing of the old one is found', async () => {
        await index.apply(
          put(entry('brief', { title: 'Appeltaart', keywords: ['Taart'], text: 'Met kaneel.' })),
        );
        await index.apply(put(entry('brief', { revision: 2, title: 'Perenmoes', text: 'Met gember.' })));
        for (const q of ['appeltaart', 'kaneel', 'taart ']) expect(await found(q), q).toEqual([]);
        expect(await found('gember')).toEqual(['brief']);
        expect(await index.suggest('taart', 10)).toEqual([]);
        expect(await index.values('keyword')).toEqual([]);
        expect((await search('')).total).toBe(1);
      });

      test('remove a document from every answer, and tell "removed" from "never was" only when asked to', async () => {
        const [kept, gone, silent] = [
          entry('blijft'),
          entry('weg', { title: 'Weg', themes: ['Afscheid'] }),
          entry('stil'),
        ];
        await index.apply(put(kept, gone, silent));
        await index.apply([
          remove({ ...gone, revision: 2 }, { gone: true }),
          remove({ ...silent, revision: 2 }),
        ]);
        expect(await found('')).toEqual(['blijft']);
        expect(await index.document(gone.id, '')).toBe('gone');
        expect(await index.document(silent.id, '')).toBeUndefined();
        expect(await index.document('nooitgeweest', '')).toBeUndefined();
        expect(await index.suggest('afscheid', 10)).toEqual([]);
        expect(await index.values('theme')).toEqual([]);
        await index.apply(put({ ...gone, revision: 3 }));
        expect(await index.document(gone.id, '')).toMatchObject({ title: 'Weg' });
        await index.apply([remove({ ...gone, revision: 4 })]);
        expect(await index.document(gone.id, '')).toBeUndefined();
      });

      test('tell of a removed document where it went, until it is there again or is only removed', async () => {
        const [old, renamed] = [entry('oud', { title: 'Oud' }), entry('nieuw')];
        await index.apply(put(old, renamed));
        await index.apply([remove({ ...old, revision: 2 }, { gone: true, movedTo: renamed.id })]);
        expect(await index.document(old.id, '')).toEqual({ movedTo: renamed.id });
        expect(await found('')).toEqual(['nieuw']);
        await index.apply(put({ ...old, revision: 3 }));
        expect(await index.document(old.id, '')).toMatchObject({ title: 'Oud' });
        await index.apply([remove({ ...old, revision: 4 }, { gone: true })]);
        expect(await index.document(old.id, '')).toBe('gone');
        await index.apply([remove({ ...old, revision: 5 }, { gone: true, movedTo: renamed.id })]);
        expect(await index.document(old.id, '')).toEqual({ movedTo: renamed.id });
      });

      test('keep which documents have the same bytes, and tell which of those are there, by title', async () => {
        const [een, twee] = [entry('een', { title: 'Eén' }), entry('twee', { title: 'Twee' })];
        await index.apply(put({ ...een, sameAs: [twee.id] }, twee));
        expect(await index.document(een.id, '')).toMatchObject({ sameAs: [twee.id] });
        expect(await index.document(twee.id, '')).toMatchObject({ sameAs: [] });
        expect(await index.titles([twee.id, 'nergens', een.id])).toEqual([
          { id: twee.id, title: 'Twee' },
          { id: een.id, title: 'Eén' },
        ]);
        await index.apply([remove({ ...twee, revision: 2 }, { gone: true })]);
        expect(await index.titles([twee.id])).toEqual([]);
        expect(await index.titles([])).toEqual([]);
      });

      test('are left out when a later revision came first, and applied again when it is the same', async () => {
        await index.apply(put(entry('rij', { revision: 5, title: 'Vijf' })));
        await index.apply(put(entry('rij', { revision: 4, title: 'Vier' })));
        await index.apply([remove(entry('rij', { revision: 3 }))]);
        expect((await search('')).hits.map(({ title }) => title)).toEqual(['Vijf']);
        await index.apply(put(entry('rij', { revision: 5, title: 'Opnieuw vijf' })));
        expect((await search('')).hits.map(({ title }) => title)).toEqual(['Opnieuw vijf']);
        await index.apply([remove(entry('rij', { revision: 6 }))]);
        await index.apply(put(entry('rij', { revision: 5, title: 'Vijf' })));
        expect((await search('')).total).toBe(0);
      });

      test('are applied in the order given, and may be repeated', async () => {
        const changes = [
          ...put(entry('a'), entry('b')),
          remove(entry('a')),
          ...put(entry('a', { title: 'Terug' })),
        ];
        await index.apply(changes);
        await index.apply(changes);
        await index.apply([]);
        expect((await search('')).hits.map(({ title }) => title).sort()).toEqual(['Terug', 'b']);
      });

      test('show in what the collection says it holds', async () => {
        const made = Array.from({ length: 25 }, (_, at) => entry(`nummer-${at}`, { revision: at + 1 }));
        await index.apply(put(...made));
        await index.apply([remove({ id: made[0]?.id ?? '', revision: 9 }, { gone: true })]);
        const held: string[] = [];
        for await (const { id, revision } of index.entries()) held.push(`${id} ${revision}`);
        expect(held.sort()).toEqual(
          made
            .slice(1)
            .map(({ id, revision }) => `${id} ${revision}`)
            .sort(),
        );
        expect(await index.health()).toMatchObject({ searchable: true, documents: 24 });
      });
    });
  });
}

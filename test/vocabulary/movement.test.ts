import { describe, expect, test } from 'vitest';
import { slugOf } from '../../shared/fold.ts';
import { createLinker } from '../../shared/linking.ts';
import { movementVocabulary } from '../../shared/vocabulary/movement.ts';

const link = createLinker(movementVocabulary);
const listed = (text: string) =>
  link({
    title: { value: 'x', origin: 'text' },
    themes: null,
    keywords: null,
    organisations: { value: [{ form: 'label', text }], origin: 'text' },
    passages: [],
  }).organisations.map(({ label, proposed }) => (proposed ? `${label} (proposed)` : label));

describe("the movement's vocabulary", () => {
  test('has one term for each slug, and slugs as labels give them', () => {
    const ids = movementVocabulary.map(({ type, slug }) => `${type} ${slug}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { label, slug } of movementVocabulary) expect(slug).toBe(slugOf(label));
  });

  test.each([
    ["'t Zorghuus", ['‘t Zorghuus', '’t Zorghuus', '´t zorghuus', 'Zorghuus']],
    [
      'Raffy | Lâle | de Leystroom',
      ['Raffy-Lale-Leystroom', 'Raffy-Lale-De Leystroom', 'Raffy, Lâle en De Leystroom'],
    ],
    ['Carintreggeland', ['Carint Reggeland', 'Carint-Reggeland', 'CarintReggeland']],
    ['De Leyhoeve', ['Leyhoeve', 'de leyhoeve']],
    ['Santé Partners', ['Sante Partners', 'Santé-Partners']],
    ['Woonzorggroep Samen', ['woonzorggroep samen', 'Samen']],
    ['LOC Waardevolle zorg', ['LOC', 'LOC Waardevolle Zorg']],
    ['Zorghuizen Noord Nederland', ['Zorghuizen Noord-Nederland']],
  ])('knows %s under every spelling', (label, spellings) => {
    for (const spelling of spellings) expect([spelling, ...listed(spelling)]).toEqual([spelling, label]);
  });

  test.each(['Raffy', 'Lale', 'Leystroom', 'Partners', 'VWS', 'Menzis'])(
    'does not take %s for one of them',
    (name) => {
      expect(listed(name)).toEqual([`${name} (proposed)`]);
    },
  );
});

import type { Note, Origin, VisibilityStatement } from '../../../shared/document.ts';
import type { Message } from '../../../shared/message.ts';
import { meaningOf } from './stated-visibility.ts';

/** Statements that a note quotes; more would fill the ledger. */
const quotedAtMost = 3;

/** The note on what looks as if it sets visibility and is not understood; none when all is understood. */
export function unclearVisibility(statements: readonly VisibilityStatement[], origin: Origin): Note[] {
  const unclear = statements.filter((statement) => meaningOf(statement) === 'unclear');
  if (unclear.length === 0) return [];
  const written = unclear.map(({ name, value }) => `“${name.slice(0, 40)}: ${value.slice(0, 40)}”`);
  const shown = [...new Set(written)].slice(0, quotedAtMost).join(', ');
  const place = places[origin] ?? places.property;
  return [
    {
      code: 'unknown-visibility',
      message: {
        nl: `${shown} in ${place.nl} lijkt de zichtbaarheid te bepalen en is niet begrepen; daarom is dit document intern. Schrijf daar “visibility: public” of “visibility: internal”, of kies hier “openbaar” voor alleen deze versie.`,
        en: `${shown} in ${place.en} looks as if it sets the visibility and was not understood, so this document is internal. Write “visibility: public” or “visibility: internal” there, or choose “public” here for this version only.`,
      },
    },
  ];
}

const property = { nl: 'de eigenschappen van het bestand', en: 'the properties of the file' };

const places: Readonly<Partial<Record<Origin, Message>>> & { readonly property: Message } = {
  'object-metadata': { nl: 'de metadata van de upload', en: 'the metadata of the upload' },
  sidecar: { nl: 'het .meta.yaml-bestand ernaast', en: 'the .meta.yaml file beside it' },
  'front-matter': { nl: 'de velden boven aan het bestand', en: 'the fields at the top of the file' },
  property,
};

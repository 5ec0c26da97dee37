import type { RefusalReason } from './document.ts';
import type { Message } from './message.ts';

/** An upload that cannot become a document: a result, not a fault, so it is never tried again. */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(`refused: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * The reader of this file died or ran out of time, so that it may be the file's fault and may be chance: another try may
 * end otherwise.
 */
export class ReaderFailedError extends RefusedError {
  override readonly name = 'ReaderFailedError';
}

/** What an editor reads beside a refused upload: what is wrong and what to do. */
export const refusalHints: Readonly<Record<RefusalReason, Message>> = {
  encrypted: {
    nl: 'Dit bestand is met een wachtwoord beveiligd. Verwijder de beveiliging en upload het opnieuw.',
    en: 'This file is protected by a password. Remove the protection and upload it again.',
  },
  'no-text': {
    nl: 'In dit bestand staat geen leesbare tekst; misschien is het een scan. Maak de tekst herkenbaar (OCR) en upload het opnieuw.',
    en: 'This file holds no readable text; it may be a scan. Run text recognition (OCR) on it and upload it again.',
  },
  'unsupported-type': {
    nl: 'Dit soort bestand kan Vindplaats niet lezen. Sla het op als PDF of DOCX, of als tekst, en upload het opnieuw.',
    en: 'Vindplaats cannot read this kind of file. Save it as PDF or DOCX, or as text, and upload it again.',
  },
  corrupt: {
    nl: 'Dit bestand is beschadigd. Open het in het programma waarmee het is gemaakt, sla het opnieuw op en upload het nog eens.',
    en: 'This file is damaged. Open it in the program that made it, save it again and upload it once more.',
  },
  'too-large': {
    nl: 'Dit bestand is te groot. Splits het of verklein de afbeeldingen; hoogstens 50 MB kan worden gelezen.',
    en: 'This file is too large. Split it or shrink its images; at most 50 MB can be read.',
  },
  'too-many-entries': {
    nl: 'Dit bestand bestaat uit te veel onderdelen. Sla het op als PDF en upload dat.',
    en: 'This file consists of too many parts. Save it as PDF and upload that.',
  },
  empty: {
    nl: 'Dit bestand is leeg. Controleer of het goed is opgeslagen en upload het opnieuw.',
    en: 'This file is empty. Check that it was saved well and upload it again.',
  },
  timeout: {
    nl: 'Het lezen van dit bestand duurde te lang. Sla het opnieuw op, liefst als PDF, en probeer het nog eens.',
    en: 'Reading this file took too long. Save it again, as PDF if you can, and try once more.',
  },
  'out-of-memory': {
    nl: 'Het lezen van dit bestand kostte te veel geheugen. Splits het, of sla het op als PDF, en probeer het nog eens.',
    en: 'Reading this file took too much memory. Split it, or save it as PDF, and try once more.',
  },
  crashed: {
    nl: 'Het lezen van dit bestand is twee keer afgebroken. Sla het opnieuw op, liefst als PDF, en probeer het nog eens.',
    en: 'Reading this file broke off twice. Save it again, as PDF if you can, and try once more.',
  },
  'reader-fault': {
    nl: 'Vindplaats maakte zelf een fout bij het lezen van dit bestand; de beheerder krijgt daar bericht van. Sla het intussen op als PDF of DOCX en upload dat.',
    en: 'Vindplaats itself made an error in reading this file; its operator is told. Save it as PDF or DOCX meanwhile, and upload that.',
  },
};

/** What cannot be read although it can be seen: damage that a reader passes over, or that makes a text worth nothing. */
import type { Note } from '../../../shared/document.ts';

/** Replacement characters, control codes, private use and unassigned: what broken fonts and wrong decodings leave. */
const unreadable = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\uFFFD]/gu;
const readable = /[\p{L}\p{N}]/gu;

/** Text that no one can read: mostly replacement characters, control codes or symbols without a meaning. */
export function isGarbled(text: string): boolean {
  const broken = text.replace(/[\t\n\r\f]/g, '').match(unreadable)?.length ?? 0;
  if (broken === 0) return false;
  const whole = text.match(readable)?.length ?? 0;
  return broken > 0.3 * (broken + whole);
}

export const partlyDamaged: Note = {
  code: 'partly-damaged',
  message: {
    nl: 'Een deel van dit bestand is beschadigd; de rest is gelezen. Sla het bestand zo mogelijk opnieuw op.',
    en: 'Part of this file is damaged; the rest was read. If you can, save the file again.',
  },
};

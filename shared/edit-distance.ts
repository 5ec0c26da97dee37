/**
 * Typing errors between two words: letters that are wrong, left out, added or swapped with their neighbour (optimal
 * string alignment). With `prefix`, against whichever beginning of `word` has the fewest.
 */
export function editDistance(typed: string, word: string, { prefix = false } = {}): number {
  const [asked, letters] = [Array.from(typed), Array.from(word)];
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: asked.length + 1 }, (_, at) => at);
  let fewest = previous[asked.length] ?? 0;
  for (const [place, letter] of letters.entries()) {
    const current = [place + 1];
    for (let at = 1; at <= asked.length; at++) {
      const wrong = (previous[at - 1] ?? 0) + (asked[at - 1] === letter ? 0 : 1);
      let errors = Math.min(wrong, (current[at - 1] ?? 0) + 1, (previous[at] ?? 0) + 1);
      if (place > 0 && at > 1 && asked[at - 1] === letters[place - 1] && asked[at - 2] === letter) {
        errors = Math.min(errors, (beforePrevious[at - 2] ?? 0) + 1);
      }
      current.push(errors);
    }
    [beforePrevious, previous] = [previous, current];
    fewest = prefix ? Math.min(fewest, current[asked.length] ?? 0) : (current[asked.length] ?? 0);
  }
  return fewest;
}

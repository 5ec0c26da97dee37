import { describe, expect, test } from 'vitest';
import { createAnalyser } from '../../search-index/dutch/analyser.ts';
import {
  hasSharedLists,
  ownLists,
  scoreApart,
  scoreCompounds,
  scoreMeeting,
  sharedLists,
} from './labelled-words.ts';

const analyser = createAnalyser();
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function report(name: string, figures: string, wrong: readonly string[]): void {
  console.log(`${name}: ${figures}${wrong.length > 0 ? `\n  ${wrong.join('\n  ')}` : ''}`);
}

describe.each([
  { set: 'tuned on', prefix: '' },
  { set: 'first held out, since tuned on', prefix: 'first-' },
  { set: 'second held out, since tuned on', prefix: 'second-' },
  { set: 'labelled after the last change', prefix: 'final-' },
])("the project's own words, $set", ({ prefix }) => {
  test('compounds divide with precision of at least 0.95 and recall of at least 0.97', () => {
    const score = scoreCompounds(analyser, new URL(`${prefix}compounds.txt`, ownLists));
    report(
      `${prefix}compounds (${score.words})`,
      `precision ${score.precision.toFixed(3)}, recall ${score.recall.toFixed(3)}`,
      score.wrong,
    );
    expect(score.precision).toBeGreaterThanOrEqual(0.95);
    expect(score.recall).toBeGreaterThanOrEqual(0.97);
  });

  test('at least 90 % of the sets of forms meet', () => {
    const score = scoreMeeting(analyser, new URL(`${prefix}inflections.txt`, ownLists));
    report(`${prefix}inflections (${score.lines})`, percent(score.share), score.wrong);
    expect(score.share).toBeGreaterThanOrEqual(0.9);
  });

  test('no pair of different words meets', () => {
    const score = scoreApart(analyser, new URL(`${prefix}distinct.txt`, ownLists));
    report(`${prefix}distinct (${score.lines})`, percent(score.share), score.wrong);
    expect(score.wrong).toEqual([]);
  });
});

describe('the shared words', () => {
  if (!hasSharedLists) {
    test.skip('SKIPPED: ../shared/dutch is not there, so the shared words were not measured', () => {});
    console.warn('SKIPPED: ../shared/dutch is not there, so the shared words were not measured');
    return;
  }

  test('compounds divide with precision of at least 0.95 and recall of at least 0.97', () => {
    const score = scoreCompounds(analyser, new URL('compounds.txt', sharedLists));
    report(
      `shared compounds (${score.words})`,
      `precision ${score.precision.toFixed(3)}, recall ${score.recall.toFixed(3)}`,
      score.wrong,
    );
    expect(score.precision).toBeGreaterThanOrEqual(0.95);
    expect(score.recall).toBeGreaterThanOrEqual(0.97);
  });

  test('at least 90 % of the sets of forms meet, and no pair of different words', () => {
    const meeting = scoreMeeting(analyser, new URL('inflect.txt', sharedLists));
    const apart = scoreApart(analyser, new URL('distinct.txt', sharedLists));
    report(`shared inflections (${meeting.lines})`, percent(meeting.share), meeting.wrong);
    report(`shared distinct (${apart.lines})`, percent(apart.share), apart.wrong);
    expect(meeting.share).toBeGreaterThanOrEqual(0.9);
    expect(apart.wrong).toEqual([]);
  });
});

import type { UploadOutcome, UploadOutcomes } from './upload-outcomes.ts';

/** Milliseconds in which news is gathered: a moment for a few files, longer while many are under way. */
const gathering = { few: 1_000, many: 5_000 };

/** Names that are told before their number is. */
const few = 3;
const fewReasons = 5;

/** Tells the console what became of what the watcher did: names while they are few, their number when they are many. */
export class WatchNews {
  readonly #say: (sentence: string) => void;
  readonly #outcomes: UploadOutcomes;
  #uploaded = new Set<string>();
  #ended: UploadOutcome[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(say: (sentence: string) => void, outcomes: UploadOutcomes) {
    this.#say = say;
    this.#outcomes = outcomes;
    outcomes.onOutcome((outcome) => {
      this.#uploaded.delete(outcome.key);
      this.#ended.push(outcome);
      this.#tellLater();
    });
  }

  uploaded(key: string, etag: string): void {
    this.#uploaded.add(key);
    this.#outcomes.follow(key, etag);
    this.#tellLater();
  }

  removed(key: string): void {
    this.#outcomes.follow(key, null);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #tellLater(): void {
    if (this.#isStopped) return;
    const isMany = this.#outcomes.waiting + this.#ended.length > few;
    this.#timer ??= setTimeout(() => this.#tell(), isMany ? gathering.many : gathering.few);
  }

  #tell(): void {
    this.#timer = undefined;
    const uploaded = [...this.#uploaded];
    const ended = Map.groupBy(this.#ended, ({ state }) => state);
    this.#uploaded = new Set();
    this.#ended = [];
    if (uploaded.length > 0) this.#say(`Uploaded ${listed(uploaded)}`);
    const found = ended.get('searchable') ?? [];
    if (found.length > 0) this.#say(`Found in ${secondsOf(found)} s: ${listed(keysOf(found))}`);
    const applied = ended.get('applied') ?? [];
    if (applied.length > 0) this.#say(`Applied ${listed(keysOf(applied))}`);
    this.#sayReasons(
      [...found, ...applied].flatMap(({ key, notes }) => notes.map((note) => `Note on ${key}: ${note}`)),
    );
    for (const [state, word] of [
      ['refused', 'Refused'],
      ['failed', 'Failed'],
    ] as const) {
      const those = ended.get(state) ?? [];
      this.#sayReasons(those.map(({ key, reason, hint }) => `${word} ${key} (${reason}): ${hint}`));
    }
    const removed = ended.get('removed') ?? [];
    if (removed.length > 0) this.#say(`Removed ${listed(keysOf(removed))}`);
  }

  #sayReasons(lines: readonly string[]): void {
    for (const line of lines.slice(0, fewReasons)) this.#say(line);
    const more = lines.length - fewReasons;
    if (more > 0) this.#say(`… and ${more} more like these, see /archive/uploads.`);
  }
}

const keysOf = (outcomes: readonly UploadOutcome[]) => outcomes.map(({ key }) => key);

/** Of the one that took longest. */
function secondsOf(outcomes: readonly UploadOutcome[]): string {
  return (Math.max(...outcomes.map(({ after }) => after)) / 1000).toFixed(1);
}

function listed(keys: readonly string[]): string {
  return keys.length > few ? `${keys.length} files` : keys.join(', ');
}

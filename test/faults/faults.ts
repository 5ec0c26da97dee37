/** Which fault strikes where: drawn from a seed, at the n-th time of each side effect, and counted. */
import { type Random, randomFrom } from '../bench/random.ts';

export const callFaults = [
  'call fails',
  'reply lost',
  'reply lost, sent again',
  'throttled',
  'late',
] as const;
export const messageFaults = ['dropped', 'doubled', 'held back', 'old one again'] as const;
export const engineFaults = [
  ...(['away', 'away for long', 'reset after applying', 'task fails', 'slow'] as const),
  ...(['data lost', 'data of one collection lost'] as const),
] as const;
export const proxyFaults = [
  ...(['reset', 'slow', 'too many', 'bad gateway', 'unavailable', 'cut off'] as const),
  ...(['reset after it was taken', 'accepted, then fails'] as const),
] as const;

export type Fault =
  | (typeof proxyFaults)[number]
  | (typeof callFaults)[number]
  | (typeof messageFaults)[number]
  | (typeof engineFaults)[number];

export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

export interface FaultPlanOptions {
  readonly seed: number;
  /** How many of all side effects are struck, from 0 to 1. */
  readonly rate: number;
}

/**
 * The n-th time of a side effect is struck or spared whatever happens beside it, so that a seed can be replayed
 * although two workers may take turns in another order.
 */
export class FaultPlan {
  /** By side effect and fault. */
  readonly injected = new Map<string, number>();
  readonly #options: FaultPlanOptions;
  readonly #times = new Map<string, number>();
  #isOn = true;

  constructor(options: FaultPlanOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  end(): void {
    this.#isOn = false;
  }

  /** The fault for this time of the side effect; undefined when it is spared. */
  strike<Kind extends Fault>(effect: string, kinds: readonly Kind[]): Kind | undefined {
    const times = (this.#times.get(effect) ?? 0) + 1;
    this.#times.set(effect, times);
    if (!this.#isOn) return undefined;
    const random = this.#randomOf(effect, times);
    if (random() >= this.#options.rate) return undefined;
    const kind = kinds[Math.floor(random() * kinds.length)];
    if (kind) this.#count(`${effect}: ${kind}`);
    return kind;
  }

  /** Milliseconds that something late is late. */
  delay(effect: string): number {
    return 1 + Math.floor(this.#randomOf(effect, this.#times.get(effect) ?? 0)() * 25);
  }

  #randomOf(effect: string, times: number): Random {
    let stream = times;
    for (const character of effect) stream = Math.imul(stream, 31) + (character.codePointAt(0) ?? 0);
    const random = randomFrom(this.#options.seed, stream);
    random();
    return random;
  }

  #count(name: string): void {
    this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
  }
}

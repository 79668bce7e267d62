import { xoroshiro128plus, type RandomGenerator } from 'pure-rand';
import { check } from './errors';

/** A seeded stream of random numbers; the same seed gives the same stream on every machine. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [lo, hi], both ends included. */
  integer(lo: number, hi: number): number;
  /** Standard normal deviate (Box–Muller). */
  normal(): number;
  /** A uniformly chosen element. */
  choice<T>(items: readonly T[]): T;
  /** Shuffles in place (Fisher–Yates) and returns the array. */
  shuffle<
    T extends {
      /** How many there are. */
      length: number;
      [i: number]: unknown;
    },
  >(items: T): T;
  /** An independent stream named by a label: the same parent seed and label give the same child. */
  fork(label: string | number): Rng;
}

/** 32-bit FNV-1a, to turn a seed and a label into another seed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  // A last avalanche (murmur3's finaliser), so that seeds 1, 2, 3 … start far apart.
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

class XoroshiroRng implements Rng {
  private readonly generator: RandomGenerator;
  private spare: number | undefined;

  constructor(private readonly seed: string) {
    this.generator = xoroshiro128plus(hash(seed));
  }

  next(): number {
    const high = this.generator.unsafeNext() >>> 5;
    const low = this.generator.unsafeNext() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  integer(lo: number, hi: number): number {
    check(Number.isInteger(lo) && Number.isInteger(hi) && lo <= hi, 'lo, hi', [lo, hi], 'integers with lo ≤ hi');
    return lo + Math.floor(this.next() * (hi - lo + 1));
  }

  normal(): number {
    if (this.spare !== undefined) {
      const kept = this.spare;
      this.spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  choice<T>(items: readonly T[]): T {
    check(items.length > 0, 'items', items, 'at least one');
    return items[this.integer(0, items.length - 1)];
  }

  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }

  fork(label: string | number): Rng {
    return new XoroshiroRng(`${this.seed}/${label}`);
  }
}

/** A seeded stream over xoroshiro128+ (Blackman and Vigna 2018, by way of pure-rand). */
export function createRng(seed: string | number): Rng {
  check(typeof seed === 'string' || Number.isFinite(seed), 'seed', seed, 'a finite number or a string');
  return new XoroshiroRng(String(seed));
}

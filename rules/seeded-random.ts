/** Chance that can be repeated: a repeated evaluation of one delivery must choose the same people. */
import { stableHash } from '../domain/wire.ts';

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). Not for secrets. */
export function seededRandom(seed: string): () => number {
  // Most who are given one draw nothing, and the hash takes longer than all else.
  let state: number | undefined;
  return () => {
    state = ((state ?? parseInt(stableHash(seed).slice(0, 6), 36)) + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

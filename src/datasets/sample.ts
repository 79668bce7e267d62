import { check, type Rng } from '../base';

/**
 * Chooses `count` of the positions 0 … labels.length − 1, each class in its own proportion (largest remainders), at
 * random within a class. Ascending; all of them where count ≥ n.
 */
export function stratifiedSample(labels: ArrayLike<number>, count: number, rng: Rng): Int32Array {
  check(Number.isInteger(count) && count >= 0, 'count', count, 'a whole number, 0 or more');
  const n = labels.length;
  if (count >= n) return Int32Array.from({ length: n }, (_, i) => i);
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const members = byClass.get(labels[i]);
    if (members) members.push(i);
    else byClass.set(labels[i], [i]);
  }
  const quotas = [...byClass.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => ({ members, exact: (members.length * count) / n, take: Math.floor((members.length * count) / n) }));
  let missing = count - quotas.reduce((sum, quota) => sum + quota.take, 0);
  for (const quota of [...quotas].sort((a, b) => b.exact - b.take - (a.exact - a.take))) {
    if (missing-- <= 0) break;
    quota.take++;
  }
  const chosen: number[] = [];
  for (const { members, take } of quotas) {
    rng.shuffle(members);
    for (let i = 0; i < take; i++) chosen.push(members[i]);
  }
  return Int32Array.from(chosen).sort();
}

/** Splits positions in two, stratified by label: `held` holds about `share` of them, `kept` the rest; both ascending. */
export function holdOut(labels: ArrayLike<number>, share: number, rng: Rng): {
  /** Positions of what stays, ascending. */
  kept: Int32Array;
  /** Positions of what is held out, ascending. */
  held: Int32Array;
} {
  const held = stratifiedSample(labels, Math.round(labels.length * share), rng);
  const isHeld = new Uint8Array(labels.length);
  for (const i of held) isHeld[i] = 1;
  const kept = new Int32Array(labels.length - held.length);
  for (let i = 0, k = 0; i < labels.length; i++) if (!isHeld[i]) kept[k++] = i;
  return { kept, held };
}

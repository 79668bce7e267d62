import { ArgumentError, check } from '../base';
import { splitNames, type SplitName } from './dataset';

/** Which people go into which split. */
export interface SubjectSplit {
  /** Numbers of the people to train on. */
  readonly train: readonly number[];
  /** Numbers of the people to validate on. */
  readonly validation: readonly number[];
  /** Numbers of the people to test on. */
  readonly test: readonly number[];
}

/**
 * Positions of the samples of each split, by the person they come from. People named in no split are left out.
 * @throws ArgumentError where a person is in two splits, or a split's people have no sample at all.
 */
export function splitBySubject(subjects: ArrayLike<number>, split: SubjectSplit): Record<SplitName, Int32Array> {
  const home = new Map<number, SplitName>();
  for (const name of splitNames) {
    for (const subject of split[name]) {
      const other = home.get(subject);
      if (other !== undefined) {
        throw new ArgumentError(`subjects.${name}`, subject, other === name ? 'each person once' : `people who are not in ${other}`);
      }
      home.set(subject, name);
    }
  }
  const at: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  for (let i = 0; i < subjects.length; i++) {
    const name = home.get(subjects[i]);
    if (name) at[name].push(i);
  }
  for (const name of splitNames) {
    check(split[name].length === 0 || at[name].length > 0, `subjects.${name}`, split[name],
      `people who are in the data: ${[...new Set(Array.from(subjects))].sort((a, b) => a - b).join(', ')}`);
  }
  return { train: Int32Array.from(at.train), validation: Int32Array.from(at.validation), test: Int32Array.from(at.test) };
}

/**
 * People in three groups of about 70, 15 and 15 %, for sets whose authors state no split: from each of equal blocks of
 * the numbering, the last person goes to test and the one in the middle to validation.
 */
export function defaultSubjectSplit(subjects: Iterable<number>): SubjectSplit {
  const people = [...new Set(subjects)].sort((a, b) => a - b);
  check(people.length >= 3, 'subjects', people, 'at least 3 people, one for each split');
  const blocks = Math.max(1, Math.round(people.length * 0.15));
  const ends = Array.from({ length: blocks + 1 }, (_, b) => Math.round((b * people.length) / blocks));
  const test = ends.slice(1).map((end) => people[end - 1]);
  const validation = ends.slice(1).map((end, b) => people[Math.floor((ends[b] + end - 1) / 2)]);
  const held = new Set([...test, ...validation]);
  return { train: people.filter((person) => !held.has(person)), validation, test };
}

/*
 * A trial's record is plain data, and does not know what its values are values of. The studies whose trials were looked
 * at in this process do; they are held weakly.
 */
import { Study, type TrialRecord } from '../study';

const known = new WeakSet<Study>();
let seen: WeakRef<Study>[] = [];

function remember(study: Study): void {
  if (known.has(study)) return;
  known.add(study);
  seen = [...seen.filter((one) => one.deref() !== undefined), new WeakRef(study)];
}

/** From now on studies are remembered as soon as their trials are read: for kernels only. */
export function rememberStudies(): void {
  const { get } = Object.getOwnPropertyDescriptor(Study.prototype, 'trials') as { get: () => readonly TrialRecord[] };
  Object.defineProperty(Study.prototype, 'trials', {
    configurable: true,
    get(this: Study): readonly TrialRecord[] {
      remember(this);
      return get.call(this);
    },
  });
}

/** The study that a record is of, if it is remembered. */
export function studyOf(record: TrialRecord): Study | undefined {
  return seen.map((one) => one.deref()).find((study) => study?.trials[record.number] === record);
}

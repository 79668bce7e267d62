import { clamp, type ProgressEvent } from '../base';
import { shortNumber } from '../study';

/** One bar: the latest report of a path, and when the first came. */
export interface Bar {
  readonly path: readonly string[];
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly message?: string;
  /** Milliseconds of a clock. */
  readonly started: number;
  readonly latest: number;
  /** What was done when the clock started. */
  readonly doneAtStart: number;
}

const sameOrAbove = (above: readonly string[], path: readonly string[]): boolean =>
  above.every((part, i) => path[i] === part);

/**
 * The bars after one more report, outermost first. A report replaces the bar of its own path, keeps those above it and
 * ends those beside it; those below it end when its count moves on.
 */
export function advance(bars: readonly Bar[], event: ProgressEvent, now: number): Bar[] {
  const same = bars.find((bar) => bar.path.length === event.path.length && sameOrAbove(bar.path, event.path));
  const goesOn = same !== undefined && event.done >= same.done;
  const bar: Bar = {
    path: event.path,
    done: event.done,
    total: event.total,
    unit: event.unit,
    metrics: event.metrics ?? (goesOn ? same.metrics : undefined),
    message: event.message,
    started: goesOn ? same.started : now,
    doneAtStart: goesOn ? same.doneAtStart : event.done,
    latest: now,
  };
  const above = bars.filter((other) => other.path.length < event.path.length && sameOrAbove(other.path, event.path));
  const moved = same === undefined || same.done !== event.done;
  const below = moved
    ? []
    : bars.filter((other) => other.path.length > event.path.length && sameOrAbove(event.path, other.path));
  return [...above, bar, ...below];
}

/** Share done, 0 … 1; undefined where the total is not known. */
export function share(bar: Bar): number | undefined {
  return bar.total === undefined || !(bar.total > 0) ? undefined : clamp(bar.done / bar.total);
}

/** Milliseconds left at the rate so far; undefined while there is none. */
export function timeLeft(bar: Bar): number | undefined {
  const moved = bar.done - bar.doneAtStart;
  if (bar.total === undefined || moved <= 0) return undefined;
  return ((bar.latest - bar.started) / moved) * Math.max(0, bar.total - bar.done);
}

/** A time in words: 8 s, 1:05, 2:03:00. */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function count(value: number, unit: string | undefined): string {
  if (unit === 'B') {
    const [divisor, name] =
      value >= 1e9 ? [1e9, 'GB'] : value >= 1e6 ? [1e6, 'MB'] : value >= 1e3 ? [1e3, 'kB'] : [1, 'B'];
    return `${Number((value / divisor).toPrecision(3))} ${name}`;
  }
  return String(Number(value.toPrecision(6)));
}

/** An event's unit is one of them: 'trial', 'batch', 'person'. A word that ends in s is taken for a plural already. */
function plural(unit: string): string {
  if (unit === 'person') return 'people';
  if (unit.endsWith('s')) return unit;
  return /(?:ch|sh|x)$/.test(unit) ? `${unit}es` : `${unit}s`;
}

/** What stands beside a bar: count, time, metrics, message. */
export function caption(bar: Bar, now: number): string {
  const unit = bar.unit === undefined || bar.unit === 'B' ? '' : ` ${(bar.total ?? bar.done) === 1 ? bar.unit : plural(bar.unit)}`;
  const total = bar.total === undefined ? '' : `/${count(bar.total, bar.unit)}`;
  // One thing without a unit is not counted: it is there, and takes its time.
  const parts = bar.total === 1 && bar.unit === undefined ? [] : [`${count(bar.done, bar.unit)}${total}${unit}`];
  const left = timeLeft(bar);
  const finished = bar.total !== undefined && bar.done >= bar.total;
  if (finished || left === undefined) parts.push(clock((finished ? bar.latest : now) - bar.started));
  else parts.push(`${clock(now - bar.started)}, ${clock(left)} left`);
  for (const [name, value] of Object.entries(bar.metrics ?? {})) parts.push(`${name} ${shortNumber(value)}`);
  if (bar.message !== undefined) parts.push(bar.message);
  return parts.join(' · ');
}

/** Names of the bars, outermost first: what the path of each adds to the path of the one above it. */
export function labels(bars: readonly Bar[]): string[] {
  return bars.map(({ path }, i) => path.slice(bars[i - 1]?.path.length ?? 0).join(' › ') || 'progress');
}

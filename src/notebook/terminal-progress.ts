import type { ProgressEvent } from '../base';
import { advance, caption, labels, share, type Bar } from './progress-state';
import { barsText } from './progress-view';
import type { ProgressDisplay } from './progress';

/** As much of cli-progress as is used here. */
interface MultiBar {
  create(total: number, start: number, payload: object): SingleBar;
  remove(bar: SingleBar): boolean;
  update(): void;
  stop(): void;
}

interface SingleBar {
  update(value: number, payload: object): void;
}

function onScreen(stream: NodeJS.WriteStream): ProgressDisplay {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a terminal needs it
  const { MultiBar, Presets } = require('cli-progress') as {
    MultiBar: new (options: object, preset: object) => MultiBar;
    Presets: { shades_classic: object };
  };
  const multi = new MultiBar(
    {
      stream,
      format: '{name} {bar} {caption}',
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
      fps: 5,
      emptyOnZero: true,
    },
    Presets.shades_classic,
  );
  let bars: Bar[] = [];
  const drawn: SingleBar[] = [];
  const report = (event: ProgressEvent): void => {
    const now = Date.now();
    bars = advance(bars, event, now);
    while (drawn.length > bars.length) multi.remove(drawn.pop() as SingleBar);
    const names = labels(bars);
    bars.forEach((bar, i) => {
      const payload = { name: `${'  '.repeat(i)}${names[i]}`.padEnd(24), caption: caption(bar, now) };
      // The bar's own scale is a thousandth: cli-progress knows no fractions or unknown totals.
      const value = Math.round((share(bar) ?? 0) * 1000);
      if (i >= drawn.length) drawn.push(multi.create(1000, value, payload));
      else drawn[i].update(value, payload);
    });
  };
  return Object.assign(report, { done: () => multi.stop() });
}

/** One line in ten seconds, for logs. */
function asLog(stream: NodeJS.WritableStream): ProgressDisplay {
  let bars: Bar[] = [];
  let last = -Infinity;
  let unsaid = false;
  const say = (): void => {
    stream.write(`${barsText(bars, Date.now()).split('\n').join(' | ')}\n`);
    unsaid = false;
  };
  const report = (event: ProgressEvent): void => {
    bars = advance(bars, event, Date.now());
    unsaid = true;
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    say();
  };
  return Object.assign(report, { done: () => (unsaid ? say() : undefined) });
}

/** Nested bars on a terminal; into a file or a pipe, a line now and then. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stdout): ProgressDisplay {
  return stream.isTTY ? onScreen(stream) : asLog(stream);
}

import { Figure, type FigureData } from '../plot';
import { describeFigure, Rich, toBundle, type MimeBundle } from './bundle';
import { UpdatableDisplay } from './display';
import { inKernel } from './kernel';
import { beforeIdle, notBeforeIdle } from './output-cure';
import { throttled } from './throttle';

/** How often a live figure is drawn. */
export interface LiveOptions {
  /** Least time between two drawings, in ms (default 1000); longer where a drawing takes long. */
  interval?: number;
}

/**
 * The forms of a figure that a page draws anew at every update. JupyterLab's Plotly renderer leaves a graph that it has
 * drawn as it is, whatever comes after it; a picture is replaced.
 */
function stillOf(figure: Figure): Rich | Figure {
  const { 'application/vnd.plotly.v1+json': _, ...still } = toBundle(figure) as MimeBundle;
  return 'image/svg+xml' in still ? new Rich(still as unknown as MimeBundle) : figure;
}

/** A figure that changes in place while work runs: a picture each time, and Plotly's when the cell is over. */
export class LiveFigure {
  private readonly shown = new UpdatableDisplay();
  /** What is drawn as a picture so far. */
  private last: Figure | undefined;
  private readonly finish = (): void => this.done();
  private readonly schedule: ReturnType<typeof throttled<FigureData | (() => FigureData)>>;

  constructor(options: LiveOptions = {}) {
    this.schedule = throttled((figure) => this.draw(figure), options.interval ?? 1000);
  }

  /** Shows the figure soon: at once if there was none for a while. Given a function, it is asked only when one is drawn. */
  update(figure: FigureData | (() => FigureData)): void {
    this.schedule.push(figure);
  }

  /** Draws the last figure given, if it is not drawn yet. Not needed at the end of a cell: that does it. */
  done(): void {
    this.schedule.flush();
    notBeforeIdle(this.finish);
    if (this.last !== undefined) this.shown.write(this.last);
    this.last = undefined;
  }

  private draw(figure: FigureData | (() => FigureData)): void {
    const drawn = typeof figure === 'function' ? figure() : figure;
    if (!inKernel()) {
      process.stdout.write(`${describeFigure(drawn)}\n`);
      return;
    }
    this.last = drawn instanceof Figure ? drawn : new Figure(drawn.data, drawn.layout);
    this.shown.write(stillOf(this.last));
    beforeIdle(this.finish);
  }
}

/** A figure that changes in place; outside a notebook each drawing is a line of text, at most one in ten seconds. */
export function live(figure?: FigureData | (() => FigureData), options: LiveOptions = {}): LiveFigure {
  const made = new LiveFigure({ interval: options.interval ?? (inKernel() ? 1000 : 10_000) });
  if (figure !== undefined) made.update(figure);
  return made;
}

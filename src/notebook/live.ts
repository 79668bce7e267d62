import { Figure, type FigureData } from '../plot';
import { describeFigure } from './bundle';
import { UpdatableDisplay } from './display';
import { inKernel } from './kernel';
import { throttled } from './throttle';

/** How often a live figure is drawn. */
export interface LiveOptions {
  /** Least time between two drawings, in ms (default 1000); longer where a drawing takes long. */
  interval?: number;
}

/** A figure that changes in place while work runs. */
export class LiveFigure {
  private readonly shown = new UpdatableDisplay();
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
  }

  private draw(figure: FigureData | (() => FigureData)): void {
    const drawn = typeof figure === 'function' ? figure() : figure;
    if (inKernel()) this.shown.write(drawn instanceof Figure ? drawn : new Figure(drawn.data, drawn.layout));
    else process.stdout.write(`${describeFigure(drawn)}\n`);
  }
}

/** A figure that changes in place; outside a notebook each drawing is a line of text, at most one in ten seconds. */
export function live(figure?: FigureData | (() => FigureData), options: LiveOptions = {}): LiveFigure {
  const made = new LiveFigure({ interval: options.interval ?? (inKernel() ? 1000 : 10_000) });
  if (figure !== undefined) made.update(figure);
  return made;
}

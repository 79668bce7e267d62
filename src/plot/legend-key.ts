import type { Trace } from './figure';
import { translucent, type Theme } from './theme';

/*
 * Entries of a legend that stand for a way of drawing rather than for one series: traces without points.
 */
function key(name: string, drawn: Partial<Trace>): Trace {
  return {
    type: 'scatter',
    mode: 'lines',
    name,
    x: [null],
    y: [null],
    hoverinfo: 'skip',
    showlegend: true,
    ...drawn,
  };
}

/** What a line of this dash means, whatever its colour. */
export function lineKey(name: string, theme: Theme, dash: string): Trace {
  return key(name, { line: { color: theme.line, width: dash === 'solid' ? 2 : 1, dash } });
}

/** What a band means, whatever its colour. */
export function bandKey(name: string, theme: Theme): Trace {
  return key(name, { fill: 'toself', fillcolor: translucent(theme.line, 0.25), line: { width: 0, color: theme.line } });
}

/** How many: '5', or '3 to 5'. */
export function countText(counts: Iterable<number>): string {
  const all = [...counts];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? String(most) : `${least} to ${most}`;
}

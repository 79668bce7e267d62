import { caption, labels, share, type Bar } from './progress-state';
import { escapeHtml } from './table-format';

/** Bars as lines of text, indented by depth. */
export function barsText(bars: readonly Bar[], now: number): string {
  const names = labels(bars).map((name, i) => `${'  '.repeat(i)}${name}`);
  const width = Math.max(0, ...names.map((name) => name.length));
  return bars
    .map((bar, i) => {
      const part = share(bar);
      const cells = 24;
      const full = Math.round((part ?? 0) * cells);
      const drawn = part === undefined ? ' '.repeat(cells) : '█'.repeat(full) + '░'.repeat(cells - full);
      return `${names[i].padEnd(width)} ${drawn} ${caption(bar, now)}`.trimEnd();
    })
    .join('\n');
}

/** Bars as HTML, without a style sheet or a script of its own, so that it outlives the notebook. */
export function barsHtml(bars: readonly Bar[], now: number): string {
  const names = labels(bars);
  const rows = bars.map((bar, i) => {
    const part = share(bar);
    const fill =
      part === undefined
        ? ''
        : `<div style="width:${(100 * part).toFixed(1)}%;height:100%;background:#0072B2;border-radius:3px"></div>`;
    return (
      `<div style="display:flex;align-items:center;gap:0.7em;padding:1px 0 1px ${i * 1.2}em">` +
      `<span style="min-width:9em">${escapeHtml(names[i])}</span>` +
      `<div style="flex:none;width:14em;height:0.7em;background:rgba(128,128,128,0.25);border-radius:3px">${fill}</div>` +
      `<span style="opacity:0.8;font-variant-numeric:tabular-nums">${escapeHtml(caption(bar, now))}</span></div>`
    );
  });
  return `<div style="font-size:0.9em">${rows.join('')}</div>`;
}

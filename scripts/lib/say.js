'use strict';
// What the user sees: one line a step, with the time it took.
const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint(1);
const red = paint(31);
const green = paint(32);
const dim = paint(2);

// A reader that has seen enough (`| head -1`) is no error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

function line(text = '') {
  process.stdout.write(`${text}\n`);
}

/** `12 s` or `3 min 05 s`. */
function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** A clock: `const clock = stopwatch(); … clock()` gives seconds. */
function stopwatch() {
  const began = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - began) / 1e9;
}

/** Rows of cells as aligned columns; numbers to the right. */
function columns(rows, header) {
  const all = [header, ...rows].map((row) => row.map((cell) => String(cell ?? '')));
  const widths = header.map((_, c) => Math.max(...all.map((row) => row[c].length)));
  const numeric = header.map(
    (_, c) => rows.length > 0 && rows.every((row) => /^-?[\d.,]+( ?%)?$/.test(String(row[c] ?? ''))),
  );
  const text = all.map((row) =>
    row
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd(),
  );
  return [bold(text[0]), dim(widths.map((w) => '─'.repeat(w)).join('──')), ...text.slice(1)].join('\n');
}

module.exports = { line, duration, stopwatch, columns, bold, red, green, dim };

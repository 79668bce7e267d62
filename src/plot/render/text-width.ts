/*
 * How wide a text is, without a browser: the widths of Helvetica, which Arial and Liberation Sans share, so that what is
 * drawn here lies where a browser puts it. A machine with none of them falls back to a face that is a tenth wider
 * (DejaVu Sans); labels have that much room around them.
 */

/** Thousandths of an em for the characters from space to tilde (Adobe Core 14, Helvetica). */
const helvetica = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
  778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
  278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260,
  334, 584,
];

const beyond: readonly (readonly [RegExp, number])[] = [
  // Combining marks take no room.
  [/[\u0300-\u036f\u200b-\u200f]/, 0],
  [/[\u00b7\u2018\u2019\u203a]/, 0.3],
  [/[\u00b2\u00b3\u00b9\u2070-\u209f]/, 0.4],
  [/[\u2713-\u2718]/, 0.84],
  // Arrows, the ellipsis and the long dash.
  [/[\u2014\u2026\u2190-\u21ff]/, 1],
  // Chinese, Japanese, Korean and full-width forms are square.
  [/[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/, 1],
];

function characterWidth(character: string): number {
  const narrow = helvetica[character.charCodeAt(0) - 32];
  if (narrow !== undefined) return narrow / 1000;
  return beyond.find(([pattern]) => pattern.test(character))?.[1] ?? 0.58;
}

const widths = new Map<string, number>();

/** Width of a line of text in pixels for a font size in pixels. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let em = 0;
  for (const character of text) {
    let width = widths.get(character);
    if (width === undefined) widths.set(character, (width = characterWidth(character)));
    em += width;
  }
  return em * fontSize * (bold ? 1.1 : 1);
}

/*
 * How wide a text is, without a browser. Widths are rough classes in em of a wide sans-serif face (DejaVu Sans, what
 * Linux falls back to), so that labels measured here fit in narrower faces too.
 */
const classes: readonly (readonly [RegExp, number])[] = [
  [/[ijlI|'!.,:;]/, 0.32],
  [/[ftr()[\]\-\s/\\"`]/, 0.4],
  [/[mwMW@%]/, 0.92],
  [/[A-Z&]/, 0.7],
  [/[0-9a-z$+<>=~^#_*?{}]/, 0.62],
  // Combining marks take no room.
  [/[\u0300-\u036f\u200b-\u200f]/, 0],
  // Chinese, Japanese, Korean and full-width forms are square.
  [/[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/, 1],
];

const widths = new Map<string, number>();

function characterWidth(character: string): number {
  let width = widths.get(character);
  if (width === undefined) {
    width = classes.find(([pattern]) => pattern.test(character))?.[1] ?? 0.72;
    widths.set(character, width);
  }
  return width;
}

/** Width of a line of text in pixels for a font size in pixels. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let em = 0;
  for (const character of text) em += characterWidth(character);
  return em * fontSize * (bold ? 1.1 : 1);
}

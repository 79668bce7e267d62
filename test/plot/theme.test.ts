import assert from 'node:assert/strict';
import { themeOf, type Theme } from '../../src/plot/theme';

type Rgb = [number, number, number];

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const v = parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** CIE L*a*b* of linear sRGB, white D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** What is seen with each kind of colour blindness, in linear sRGB: Machado, Oliveira, Fernandes (IEEE TVCG 15(6), 2009). */
const eyes: Readonly<Record<string, readonly Rgb[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(colour: string, eye: readonly Rgb[]): Rgb {
  const rgb = linear(colour);
  return lab(
    eye.map((row) =>
      Math.min(
        1,
        Math.max(
          0,
          row.reduce((sum, v, k) => sum + v * rgb[k], 0),
        ),
      ),
    ) as Rgb,
  );
}

function distance(a: Rgb, b: Rgb): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Contrast as the Web Content Accessibility Guidelines 2.1 reckon it, 1 … 21. */
function contrast(a: string, b: string): number {
  const [light, dark] = [a, b]
    .map(linear)
    .map(([r, g, bl]) => 0.2126 * r + 0.7152 * g + 0.0722 * bl)
    .sort((p, q) => q - p);
  return (light + 0.05) / (dark + 0.05);
}

for (const name of ['light', 'dark'] as const) {
  describe(`the ${name} theme`, () => {
    const theme: Theme = themeOf({ theme: name });

    it('has letters that are read with weak eyes too (WCAG AA), and lines that stand out', () => {
      assert.ok(contrast(theme.text, theme.paper) >= 4.5);
      for (const colour of [theme.strong, theme.bad, theme.limit, theme.line])
        assert.ok(contrast(colour, theme.paper) >= 3, colour);
    });

    for (const [kind, eye] of Object.entries(eyes)) {
      it(`tells its first six series, and the parts of a front, apart with ${kind}`, () => {
        for (const colours of [theme.series.slice(0, 6), [theme.strong, theme.weak, theme.bad]]) {
          colours.forEach((a, i) =>
            colours.slice(i + 1).forEach((b) => {
              const apart = distance(seen(a, eye), seen(b, eye));
              assert.ok(apart > 10, `${a} and ${b} are ${apart.toFixed(1)} apart`);
            }),
          );
        }
      });
    }

    it('has a scale that grows lighter all the way, with each kind of eyes', () => {
      for (const eye of Object.values(eyes)) {
        const lightness = theme.scale.map(([, colour]) => seen(colour, eye)[0]);
        lightness.slice(1).forEach((value, i) => assert.ok(value > lightness[i] + 5));
      }
    });
  });
}

/**
 * Imports damaged .tflite files, 100,000 of them or as many as are asked for, from a seed on. Ends with an error that
 * names the seed if one of them does anything but be refused with a DataError or become a graph.
 *
 *     npx ts-node -T bench/fuzz-tflite.ts [count] [first seed]
 */
import { fuzzTflite } from '../test/support/fuzz-tflite';

const [count, first] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 0)];
const result = fuzzTflite(first, count, (done) => {
  if (done % 10_000 === 0) console.log(`${done} files`);
});
console.log(`${result.refused} refused, ${result.accepted} accepted, slowest ${result.slowestMs.toFixed(1)} ms of CPU, ` +
  `${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory at most`);

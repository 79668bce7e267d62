/**
 * A generated set of body-worn sensors in DaLiAc's shape, for machines without data: four nodes (wrist, chest, hip,
 * ankle), accelerometer then gyroscope, 24 channels at 204.8 Hz, 13 activities, people who differ.
 *
 * An activity is a set of periodic waveforms, one for each channel, at a cadence, over gravity. A recording plays them
 * at its person's cadence and vigour, through the person's own mounting of the sensors, from a random phase, with
 * drifting cadence and noise. What tells activities apart is the shape and relation of the waveforms, not their mean
 * or a value at a fixed time: a linear model of the raw window gets little of it (some activities differ in nothing
 * but the direction in which their waveform runs).
 */
import { breathe, check, createRng, type LongWork, type Rng } from '../../base';
import type { Dataset } from '../dataset';
import type { LoadOptions } from '../options';
import { checkLoadOptions } from '../options';
import { defaultSubjectSplit } from '../subjects';
import type { Recording } from '../windows';
import { assembleRecordings, type SignalOptions } from './signals';

export const daliacClasses = [
  'sitting', 'lying', 'standing', 'washing dishes', 'vacuuming', 'sweeping', 'walking', 'stairs up', 'stairs down',
  'treadmill running', 'bicycling 50 W', 'bicycling 100 W', 'rope jumping',
];
const nodes = ['wrist', 'chest', 'hip', 'ankle'];
export const daliacChannels = nodes.flatMap((node) =>
  ['acc', 'gyro'].flatMap((sensor) => ['x', 'y', 'z'].map((axis) => `${node} ${sensor} ${axis}`)));
export const daliacRate = 204.8;

const tableSize = 512;
const channels = daliacChannels.length;

/** What an activity looks like on an ideal person. */
interface Activity {
  /** Cycles a second. */
  readonly cadence: number;
  /** Strength of the movement at each node, 0 for stillness. */
  readonly strength: readonly number[];
  /** Which family of waveforms; activities that share one differ in strength, cadence or direction. */
  readonly family: string;
  /** The waveforms run backwards. */
  readonly reversed?: boolean;
  /** How the body is turned against gravity, radians about the x axis. */
  readonly tilt: number;
}

const activities: readonly Activity[] = [
  { family: 'still', cadence: 0.25, strength: [0.05, 0.06, 0.03, 0.02], tilt: 0.35 },
  { family: 'still', cadence: 0.25, strength: [0.04, 0.07, 0.04, 0.02], tilt: 0.75, reversed: true },
  { family: 'sway', cadence: 0.4, strength: [0.08, 0.06, 0.07, 0.04], tilt: 0.15 },
  { family: 'dishes', cadence: 1.2, strength: [0.7, 0.12, 0.08, 0.05], tilt: 0.2 },
  { family: 'strokes', cadence: 0.7, strength: [0.7, 0.25, 0.2, 0.2], tilt: 0.3 },
  { family: 'strokes', cadence: 0.7, strength: [0.7, 0.25, 0.2, 0.2], tilt: 0.3, reversed: true },
  { family: 'gait', cadence: 0.95, strength: [0.5, 0.3, 0.4, 0.9], tilt: 0.1 },
  { family: 'climb', cadence: 0.85, strength: [0.45, 0.3, 0.4, 0.8], tilt: 0.15 },
  { family: 'climb', cadence: 0.85, strength: [0.45, 0.3, 0.4, 0.8], tilt: 0.1, reversed: true },
  { family: 'gait', cadence: 1.4, strength: [1, 0.9, 1, 1.6], tilt: 0.15 },
  { family: 'pedal', cadence: 1.1, strength: [0.1, 0.12, 0.2, 0.8], tilt: 0.5 },
  { family: 'pedal', cadence: 1.1, strength: [0.14, 0.2, 0.34, 0.8], tilt: 0.5 },
  { family: 'jump', cadence: 2, strength: [0.8, 1, 1.1, 1.3], tilt: 0.1 },
];

/** One cycle of each channel: harmonics 1 to 5 of random size and phase; gyroscopes in degrees per second. */
function waveforms(family: string): Float32Array[] {
  const rng = createRng(`generated-imu/${family}`);
  return Array.from({ length: channels }, (_, c) => {
    const gyro = c % 6 >= 3;
    const harmonics = Array.from({ length: 5 }, (_, h) => ({
      size: (rng.normal() * (gyro ? 60 : 0.6)) / (h + 1) ** 0.7,
      phase: 2 * Math.PI * rng.next(),
    }));
    const wave = new Float32Array(tableSize + 1);
    for (let k = 0; k <= tableSize; k++) {
      const angle = (2 * Math.PI * k) / tableSize;
      for (let h = 0; h < harmonics.length; h++) wave[k] += harmonics[h].size * Math.sin((h + 1) * angle + harmonics[h].phase);
    }
    return wave;
  });
}

/** A rotation by small angles about x, y, z, row-major 3 × 3. */
function rotation(a: number, b: number, c: number): number[] {
  const [sa, ca, sb, cb, sc, cc] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b), Math.sin(c), Math.cos(c)];
  return [
    cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa,
    sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa,
    -sb, cb * sa, cb * ca,
  ];
}

/** One person: how fast, how vigorous, how the sensors sit, how noisy they are. */
interface Person {
  readonly pace: number;
  readonly vigour: readonly number[];
  readonly mounting: readonly number[][];
  readonly bias: readonly number[];
  readonly noise: number;
}

function createPerson(rng: Rng): Person {
  return {
    pace: Math.exp(0.1 * rng.normal()),
    vigour: nodes.map(() => Math.exp(0.2 * rng.normal())),
    mounting: nodes.map(() => rotation(0.35 * rng.normal(), 0.35 * rng.normal(), 0.35 * rng.normal())),
    bias: Array.from({ length: channels }, (_, c) => (c % 6 >= 3 ? 3 : 0.03) * rng.normal()),
    noise: 0.8 + 0.6 * rng.next(),
  };
}

function record(activity: Activity, waves: readonly Float32Array[], person: Person, steps: number, rng: Rng): Float32Array {
  const values = new Float32Array(steps * channels);
  const cadence = activity.cadence * person.pace * Math.exp(0.05 * rng.normal());
  const gravity = rotation(activity.tilt + 0.25 * rng.normal(), 0.25 * rng.normal(), 0.25 * rng.normal());
  const strength = activity.strength.map((s, node) => s * person.vigour[node] * Math.exp(0.12 * rng.normal()));
  // How the sensors slip from one recording to the next, upon the person's own mounting.
  const slip = nodes.map(() => rotation(0.12 * rng.normal(), 0.12 * rng.normal(), 0.12 * rng.normal()));
  let phase = rng.next();
  let drift = 0;
  const vector = new Float64Array(3);
  for (let t = 0; t < steps; t++) {
    drift = 0.995 * drift + 0.01 * rng.normal();
    phase += (cadence * (1 + drift)) / daliacRate;
    const cycle = phase - Math.floor(phase);
    const at = (activity.reversed ? 1 - cycle : cycle) * tableSize;
    const k = Math.min(tableSize - 1, Math.floor(at));
    const rest = at - k;
    for (let node = 0; node < nodes.length; node++) {
      for (let sensor = 0; sensor < 2; sensor++) {
        const first = node * 6 + sensor * 3;
        for (let axis = 0; axis < 3; axis++) {
          const wave = waves[first + axis];
          vector[axis] = strength[node] * (wave[k] + rest * (wave[k + 1] - wave[k]));
          if (sensor === 0) vector[axis] += gravity[3 * axis + 2];
        }
        const [m, s] = [person.mounting[node], slip[node]];
        const [x, y, z] = [0, 3, 6].map((row) => s[row] * vector[0] + s[row + 1] * vector[1] + s[row + 2] * vector[2]);
        const noise = person.noise * (sensor === 0 ? 0.06 : 6);
        for (let axis = 0; axis < 3; axis++) {
          values[t * channels + first + axis] =
            m[3 * axis] * x + m[3 * axis + 1] * y + m[3 * axis + 2] * z + person.bias[first + axis] + noise * rng.normal();
        }
      }
    }
  }
  return values;
}

export interface GeneratedImuOptions extends LongWork, Pick<SignalOptions, 'subjects' | 'limit' | 'fraction' | 'normalise'> {
  /** Same seed, same set. Default 0. */
  seed?: number;
  /** How many people, at least 3. Default 10. */
  people?: number;
  /** Windows of each person in each activity. Default 8. */
  windowsEach?: number;
  /** Time steps in a window. Default 1024, 5 s. */
  length?: number;
  /** Share of a window that the next one repeats. Default 0.5. */
  overlap?: number;
}

/**
 * The generated set: people × 13 × windowsEach windows of length × 24, split by person, in g and degrees per second
 * before normalisation. Memory: 96 bytes a time step of a window (98 kB a window of 1024).
 */
export async function generatedImu(options: GeneratedImuOptions = {}): Promise<Dataset> {
  const { seed = 0, people = 10, windowsEach = 8, length = 1024, overlap = 0.5 } = options;
  checkLoadOptions(options as LoadOptions);
  check(Number.isInteger(people) && people >= 3, 'people', people, 'a whole number, 3 or more');
  check(Number.isInteger(windowsEach) && windowsEach > 0, 'windowsEach', windowsEach, 'a whole number above 0');
  check(Number.isInteger(length) && length >= 8, 'length', length, 'a whole number of time steps, 8 or more');
  check(overlap >= 0 && overlap < 1, 'overlap', overlap, 'a share in [0, 1)');
  const families = new Map(activities.map(({ family }) => [family, waveforms(family)]));
  const rng = createRng(seed).fork('generated-imu');
  const step = Math.max(1, Math.round(length * (1 - overlap)));
  // Each activity is recorded in short takes of two windows' worth: a new phase, posture and slip in each.
  const recordings: Recording[] = [];
  for (let subject = 1; subject <= people; subject++) {
    const person = createPerson(rng.fork(`person ${subject}`));
    for (let label = 0; label < activities.length; label++) {
      const waves = families.get(activities[label].family) as Float32Array[];
      for (let done = 0, takeNumber = 0; done < windowsEach; takeNumber++) {
        const count = Math.min(2, windowsEach - done);
        const steps = length + (count - 1) * step;
        const values = record(activities[label], waves, person, steps, rng.fork(`${subject}/${label}/${takeNumber}`));
        recordings.push({ values, labels: new Int32Array(steps).fill(label), subject });
        done += count;
      }
      await breathe(options.signal, 'generating');
    }
    options.onProgress?.({ path: ['generate'], done: subject, total: people, unit: 'person' });
  }
  return assembleRecordings(recordings, {
    name: 'generated IMU',
    classes: daliacClasses,
    channels: daliacChannels,
    sampleRate: daliacRate,
    source: 'generated',
    windows: { length, overlap },
    subjects: defaultSubjectSplit(recordings.map((recording) => recording.subject)),
  }, options as SignalOptions);
}

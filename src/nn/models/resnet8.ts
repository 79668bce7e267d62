import type { Architecture } from '../architecture';
import { resnet, type ResnetOptions } from './resnet';

/** The image classifier of MLPerf Tiny (Banbury et al. 2021): three stages of 16, 32, 64 with one block each. */
export function resnet8(options: ResnetOptions): Architecture {
  return resnet({ name: 'resnet8', stages: [16, 32, 64], depth: 1, ...options });
}

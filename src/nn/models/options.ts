import { check } from '../../base';

/** What every model of the zoo takes. */
export interface ModelOptions {
  /** [height, width, channels] for pictures, [length, channels] for signals. */
  readonly inputShape: readonly number[];
  /** Outputs of the softmax. */
  readonly classes: number;
  /** Factor on the channels; default 1. */
  readonly width?: number;
  /** Share of a last hidden layer's outputs dropped in training; default 0. */
  readonly dropout?: number;
  /** Default: the model's own. */
  readonly name?: string;
}

/** Channels times width, rounded, at least 1: for networks that need no round numbers. @param name of the argument that says how many */
export function channelsAt(channels: number, width: number, name = 'filters'): number {
  check(width > 0, 'width', width, 'a positive number');
  check(channels > 0, name, channels, 'a positive number');
  return Math.max(1, Math.round(channels * width));
}

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

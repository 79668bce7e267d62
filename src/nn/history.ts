/** One epoch. */
export interface HistoryRow {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's batches, as trained (smoothing and class weights included). */
  readonly loss: number;
  /** On the training batches, as the weights were at each. */
  readonly accuracy: number;
  /** Missing for epochs after which nothing was evaluated. */
  readonly valLoss?: number;
  /** Share of the validation split that is right; missing as `valLoss` is. */
  readonly valAccuracy?: number;
  /** Wall-clock time of the epoch, evaluation included. */
  readonly seconds: number;
  /** At the epoch's last step. */
  readonly learningRate: number;
}

/** What training did: a row an epoch, and why it ended. */
export interface History {
  /** In order of epoch, from 1. */
  readonly rows: readonly HistoryRow[];
  /** All epochs done, no better for `earlyStop`'s patience, target accuracy met, time used up, or a hook said so. */
  readonly stoppedBy: 'epochs' | 'patience' | 'target' | 'time' | 'hook';
  /** The epoch whose weights the model has: the last one, or the best where earlyStop restored it. */
  readonly epoch: number;
  /** Optimiser steps taken, of one batch each. */
  readonly steps: number;
}

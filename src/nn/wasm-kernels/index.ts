import * as tf from '@tensorflow/tfjs';
import { conv2dBackpropFilter } from './conv2d-backprop-filter';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop';

/** Registers with the wasm backend the gradient kernels that it lacks; those that it has are left alone. */
export function registerTrainingKernels(): void {
  for (const kernel of [conv2dBackpropFilter, depthwiseBackpropFilter, depthwiseBackpropInput]) {
    if (!tf.getKernel(kernel.kernelName, 'wasm')) tf.registerKernel(kernel);
  }
}

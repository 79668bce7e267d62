/**
 * Fake quantisation with trainable scale and zero point (LSQ, Esser et al. 2020; with offset LSQ+, Bhalgat et al.
 * 2020): x̂ = s · (clamp(round(x/s) + z, lo, hi) − z). Rounding passes gradients straight through, so that
 *   inside:  ∂x̂/∂x = 1, ∂x̂/∂s = round(x/s) − x/s, ∂x̂/∂z = 0;
 *   clipped: ∂x̂/∂x = 0, ∂x̂/∂s = lo − z or hi − z,  ∂x̂/∂z = −s.
 * Gradients of s and z are scaled by 1/√(N·Q_P), N the values that share them, Q_P = hi (of the centred range).
 */
import * as tf from '@tensorflow/tfjs';

type Saver = (tensors: tf.Tensor[]) => void;

/**
 * Rounds x to the grid of an integer type and keeps it in floats, with gradients for x, scale and zero point (LSQ+, above).
 * @param x … × channels, or of any shape where scale and zero point are one number.
 * @param scale above 0; [channels] or [1]. @param zeroPoint as scale; it is rounded.
 */
export function fakeQuantize(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  zeroPoint: tf.Tensor1D,
  lo: number,
  hi: number,
): tf.Tensor {
  const op = tf.customGrad((x1, s1, z1, save) => {
    const [input, s] = [x1 as tf.Tensor, s1 as tf.Tensor];
    const z = tf.round(z1 as tf.Tensor);
    const position = tf.div(input, s);
    const steps = tf.round(position);
    // Limits of the level, the step's number less z: as many kernels over x as there must be, and no more.
    const levels = tf.minimum(tf.maximum(steps, tf.sub(lo, z)), tf.sub(hi, z));
    (save as Saver)([position, steps, levels, s]);
    return {
      value: tf.mul(levels, s),
      gradFunc: (dy: tf.Tensor, [u, step, level, sSaved]: tf.Tensor[]) => {
        const inside = tf.cast(tf.equal(step, level), 'float32');
        const dx = tf.mul(dy, inside);
        const perChannel = sSaved.size > 1;
        const total = (t: tf.Tensor): tf.Tensor => {
          if (!perChannel) return tf.reshape(tf.sum(t), [1]);
          return tf.sum(tf.reshape(t, [-1, sSaved.size]), 0);
        };
        const gradientScale = 1 / Math.sqrt((dy.size / sSaved.size) * Math.max(hi, -lo));
        // Inside, level = round(u) and the step's error is what s feels; clipped, level itself is lo − z or hi − z.
        const ds = total(tf.sub(tf.mul(dy, level), tf.mul(dx, u)));
        const dz = tf.mul(total(tf.sub(dx, dy)), sSaved);
        return [dx, tf.mul(ds, gradientScale), tf.mul(dz, gradientScale)];
      },
    };
  });
  return op(x, scale, zeroPoint);
}

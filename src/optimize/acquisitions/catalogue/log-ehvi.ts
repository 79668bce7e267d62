import { boxDecomposition } from '../../../moo';
import { HypervolumeImprovement } from '../ehvi';
import { ofBelief, type Acquisition } from '../acquisition';

/** log EHVI in closed form, for any number of objectives, known ones exact: see ehvi.ts. What `bayesian` does by itself. */
export function logEhvi(): Acquisition {
  return ofBelief('log EHVI', ({ front, reference }) => {
    const form = new HypervolumeImprovement(boxDecomposition(front as number[][], reference as number[]));
    return (mean, deviation, slopes) => form.log(mean, deviation, slopes);
  });
}

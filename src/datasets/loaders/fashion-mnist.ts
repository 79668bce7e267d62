import type { Dataset } from '../dataset';
import type { LoadOptions } from '../options';
import { loadIdxDataset } from './mnist';

const classes = ['T-shirt/top', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'];

/** Fashion-MNIST (Xiao et al. 2017): 28 × 28 × 1 pictures of clothes in MNIST's format and sizes. */
export function fashionMnist(options: LoadOptions = {}): Promise<Dataset> {
  return loadIdxDataset({ manifest: 'fashion-mnist', name: 'Fashion-MNIST', classes }, options);
}

import type { Manifest } from '../manifest';
import type { LoadOptions } from '../options';
export async function fetchDataset(_manifest: Manifest, _target: string, _options: LoadOptions): Promise<void> {
  throw new Error('not yet');
}

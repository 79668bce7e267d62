/*
 * How the toolkit's plain objects look in a notebook. The notebook's folder knows none of them, and they know no
 * notebook: only here, above both, can one be told of the other.
 */
import { registerCosts } from './costs';
import { registerData } from './data';
import { registerFirmware } from './firmware';
import { registerNetworks } from './networks';
import { registerPartsOfToolkit } from './parts-of-toolkit';
import { registerPieces } from './pieces';
import { registerSearches } from './searches';
import { registerSpaces } from './spaces';
import { registerSurrogates } from './surrogates';

export { planView } from './firmware';
export { architectureView } from './networks';

/** Makes networks, plans, firmware, reports, data sets … show themselves in the running notebook. */
export function registerViews(): void {
  // The last that accepts a value renders it: what is made of others comes after them.
  registerPartsOfToolkit();
  registerPieces();
  registerCosts();
  registerSpaces();
  registerSurrogates();
  registerNetworks();
  registerFirmware();
  registerData();
  registerSearches();
}

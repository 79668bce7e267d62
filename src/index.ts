import { inKernel } from './notebook';
import { registerViews } from './views';

export * as base from './base';
export * as math from './math';
export * as moo from './moo';
export * as problems from './problems';
export * as space from './space';
export * as study from './study';
export * as optimize from './optimize';
export * as storage from './storage';
export * as datasets from './datasets';
export * as nn from './nn';
export * as compress from './compress';
export * as deploy from './deploy';
export * as emulate from './emulate';
export * as experiment from './experiment';
export * as plot from './plot';
export * as notebook from './notebook';

// Inside a notebook, and only there, what the toolkit gives shows itself as a cell's last expression.
if (inKernel()) registerViews();

import { Figure } from '../plot';
import { Rich } from './bundle';
import { shortenErrors } from './errors';
import { listenToKernelInterrupts } from './interrupts';
import { kernelModulePath } from './kernel';
import { cureOutput } from './output-cure';
import { makeRich } from './rich';

export { inKernel } from './kernel';
export { display, table, frame, image, pictures, UpdatableDisplay } from './display';
export { Rich, addRenderer, toBundle, type MimeBundle } from './bundle';
export { makeRich } from './rich';
export { live, LiveFigure, type LiveOptions } from './live';
export { progress, notebookProgress, type ProgressDisplay } from './progress';
export { terminalProgress } from './terminal-progress';
export { interruptible } from './interrupts';
export { fullErrors } from './errors';
export type { FrameLike } from './frame-data';
export type { Row } from './table-format';

// The one import in the toolkit that does something: inside a tslab kernel, and only there, it mends the kernel and
// makes the toolkit's objects show themselves.
const kernel = kernelModulePath();
if (kernel !== undefined) {
  cureOutput(kernel);
  listenToKernelInterrupts();
  shortenErrors();
  makeRich<Figure>(Figure.prototype, (figure) => ({ data: figure.data, layout: figure.layout }));
  makeRich<Rich>(Rich.prototype, (rich) => rich);
}

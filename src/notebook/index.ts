import { Figure } from '../plot';
import { Study, Trial, type TrialRecord } from '../study';
import { Rich, toBundle } from './bundle';
import { table } from './display';
import { shortenErrors } from './errors';
import { listenToKernelInterrupts } from './interrupts';
import { kernelModulePath } from './kernel';
import { cureOutput } from './output-cure';
import { makeRich, showRendered } from './rich';

export { inKernel } from './kernel';
export { display, table, frame, image, pictures, UpdatableDisplay } from './display';
export { Rich, addRenderer, toBundle, type MimeBundle } from './bundle';
export { titled } from './titled';
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
  showRendered();
  makeRich<Figure>(Figure.prototype, (figure) => ({ data: figure.data, layout: figure.layout }));
  makeRich<Study>(Study.prototype, (study) => new Rich(toBundle(study)));
  // A front is a plain array: it gets its rich form, with the objectives' names, where the study hands it out.
  const { front } = Study.prototype;
  Study.prototype.front = function (this: Study): TrialRecord[] {
    const found = front.call(this);
    makeRich(found, () => table(this.toRows(found)));
    return found;
  };
  makeRich<Trial>(Trial.prototype, (trial) => new Rich(toBundle(trial)));
  makeRich<Rich>(Rich.prototype, (rich) => rich);
}

import { Figure } from '../plot';
import { Study, Trial } from '../study';
import { addRenderer, isTrialRecords, Rich, toBundle } from './bundle';
import { table, UpdatableDisplay } from './display';
import { cureCompiler } from './compiler-cure';
import { shortenErrors } from './errors';
import { frameTable, isFrame } from './frame-data';
import { listenToKernelInterrupts } from './interrupts';
import { kernelModulePath } from './kernel';
import { LiveFigure } from './live';
import { cureOutput } from './output-cure';
import { makeRich, showRendered } from './rich';
import { rememberStudies, studyOf } from './seen-studies';
import { isTrialRecord, recordBundle, trialsBundle } from './study-bundle';

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
  cureCompiler(kernel);
  listenToKernelInterrupts();
  shortenErrors();
  showRendered();
  makeRich<Figure>(Figure.prototype, (figure) => ({ data: figure.data, layout: figure.layout }));
  makeRich<Study>(Study.prototype, (study) => new Rich(toBundle(study)));
  rememberStudies();
  addRenderer(isTrialRecord, (record) => new Rich(recordBundle(record, studyOf(record))));
  addRenderer(isTrialRecords, (records) => new Rich(trialsBundle(records, studyOf(records[0]))));
  addRenderer(isFrame, (frame) => table(frameTable(frame)));
  // Rows are plain arrays of plain records: only where the study hands them out are they a table for certain.
  const { toRows } = Study.prototype;
  Study.prototype.toRows = function (this: Study, ...given): Record<string, unknown>[] {
    const rows = toRows.apply(this, given);
    makeRich(rows, () => table(rows));
    return rows;
  };
  makeRich<Trial>(Trial.prototype, (trial) => new Rich(toBundle(trial)));
  // What draws in place has nothing to show of itself: what it is for, and no internals.
  makeRich(LiveFigure.prototype, () => 'a live figure: update(figure) draws it in place');
  makeRich(UpdatableDisplay.prototype, () => 'a display to write again in place: write(value)');
  makeRich<Rich>(Rich.prototype, (rich) => rich);
}

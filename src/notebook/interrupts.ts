import { currentWriter, inKernel } from './kernel';

const controllers = new Set<AbortController>();
let current: { readonly cell: unknown; readonly controller: AbortController } | undefined;
let listening = false;

/** Aborts all that runs under a signal of `interruptible()`. */
function abortAll(): void {
  const running = [...controllers];
  controllers.clear();
  current = undefined;
  for (const controller of running) controller.abort();
}

/** Listens to the kernel's interrupts for the rest of the process. */
export function listenToKernelInterrupts(): void {
  if (listening) return;
  listening = true;
  // While a cell's synchronous part runs, Node has put the process's own listeners aside, and a new one in their place
  // would let the next interrupt end the kernel. So it is added when that part is over.
  setImmediate(() => process.on('SIGINT', abortAll));
}

/**
 * A signal that fires when the user interrupts the kernel (or presses Ctrl-C in a script): give it to long work. All
 * calls in one cell share a signal, and each cell has a fresh one.
 */
export function interruptible(): AbortSignal {
  if (!inKernel() && !listening) {
    listening = true;
    // The first Ctrl-C stops the work in order; the second, with nobody listening, ends the process.
    process.once('SIGINT', () => {
      listening = false;
      abortAll();
    });
  }
  // Each cell writes through a function of its own, which tells cells apart.
  const cell = currentWriter();
  if (current === undefined || current.cell !== cell || current.controller.signal.aborted) {
    const controller = new AbortController();
    controllers.add(controller);
    current = { cell, controller };
  }
  return current.controller.signal;
}

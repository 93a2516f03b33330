import { setFlagsFromString } from 'node:v8';

/**
 * After each full collection V8's memory reducer starts up to three more by itself, half a second to seconds apart, to give
 * memory back to the system. A service under load has nothing to give back: they took a sixth of all CPU (ADR 36). The
 * collections that are needed still come, and the limits of the heap are as before.
 */
export function collectWhenNeeded(): void {
  setFlagsFromString('--no-memory-reducer');
}

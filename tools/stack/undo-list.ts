/** What must be undone, in reverse order. A step that fails does not keep the others from being done. */
export interface UndoList {
  add: (step: () => unknown) => void;
  /** Once; a second caller waits for the first one's work. Rejects with the first failure after all steps were tried. */
  run: () => Promise<void>;
}

export function createUndoList(): UndoList {
  const steps: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const undoAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0] as Error;
  };
  return {
    add: (step) => void steps.push(step),
    run: () => (running ??= undoAll()),
  };
}

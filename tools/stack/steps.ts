/** Prints what the start does, one line per step with its seconds; the same on a terminal and in a log. */
export interface Steps {
  run: <T>(name: string, work: () => Promise<T>, describe: (result: T) => string) => Promise<T>;
}

export function createSteps(print: (line: string) => void): Steps {
  return {
    async run(name, work, describe) {
      const began = performance.now();
      const result = await work();
      print(stepLine(name, describe(result), performance.now() - began));
      return result;
    },
  };
}

/** The bootstrap prints its steps in the same form. */
export function stepLine(name: string, text: string, milliseconds: number): string {
  return `  ${name.padEnd(10)} ${text.padEnd(58)} ${(milliseconds / 1000).toFixed(1).padStart(5)} s`;
}

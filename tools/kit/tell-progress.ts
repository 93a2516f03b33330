/** What people see while they wait: on standard error, for standard output is the verdict's. */
export interface Progress {
  step(text: string): void;
  /** How much has come, as often as it changes. */
  bytes(count: number): void;
  /** The line that is rewritten is over. */
  end(): void;
}

export const silent: Progress = { step() {}, bytes() {}, end() {} };

const everyMs = 200;

/** One line that counts on a terminal; elsewhere a line per step. */
export function tellProgress(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>, now = () => Date.now()): Progress {
  let shownAt = 0;
  let count = 0;
  return {
    step: (text) => void stream.write(`  ${text}\n`),
    bytes(received) {
      count = received;
      if (now() - shownAt < everyMs) return;
      shownAt = now();
      if (stream.isTTY) stream.write(`\r  ${mebibytes(count)} received`);
    },
    end() {
      if (count === 0) return;
      stream.write(`${stream.isTTY ? '\r' : ''}  ${mebibytes(count)} received\n`);
      count = 0;
    },
  };
}

const mebibytes = (count: number): string => `${(count / 1024 / 1024).toFixed(1)} MiB`;

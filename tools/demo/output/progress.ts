export interface ProgressState {
  reports: number;
  orders: number;
  sealed: number;
}

export interface Progress {
  say: (text: string) => void;
  show: (state: ProgressState) => void;
  end: () => void;
}

interface Output {
  isTTY?: boolean;
  /** 0 where a pseudo-terminal was given no size. */
  columns?: number;
  write: (text: string) => unknown;
}

const barWidth = 24;

/** A line that is rewritten on a terminal; elsewhere a line for each tenth. */
export function createProgress(output: Output, total: number): Progress {
  let shownTenth = 0;
  const rewrite = (line: string) => output.write(`\r\u001b[2K${line.slice(0, (output.columns || 80) - 1)}`);
  return {
    say: (text) => void (output.isTTY ? rewrite(`  ${text}`) : output.write(`  ${text}\n`)),
    show(state) {
      const share = Math.min(1, state.reports / total);
      const counts = `${state.reports}/${total} reports   ${state.orders} orders   ${state.sealed} sealed`;
      if (output.isTTY) {
        const done = Math.round(share * barWidth);
        rewrite(`  ${'█'.repeat(done)}${'░'.repeat(barWidth - done)}  ${counts}`);
        return;
      }
      const tenth = Math.floor(share * 10);
      if (tenth <= shownTenth) return;
      shownTenth = tenth;
      output.write(`  ${counts}\n`);
    },
    end: () => void (output.isTTY && output.write('\r\u001b[2K')),
  };
}

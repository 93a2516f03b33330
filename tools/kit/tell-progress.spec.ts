import { describe, expect, it } from 'vitest';
import { tellProgress } from './tell-progress.ts';

function watch(isTTY: boolean): { said: string[]; run: () => void } {
  const said: string[] = [];
  let time = 1_000;
  const progress = tellProgress({ isTTY, write: (text: string) => said.push(text) > 0 }, () => time);
  return {
    said,
    run() {
      progress.step('the kit is being made');
      for (let received = 1; received <= 4; received += 1) {
        progress.bytes(received * 1024 * 1024);
        time += 150;
      }
      progress.end();
      progress.end();
    },
  };
}

describe('the progress of a download', () => {
  it('rewrites one line on a terminal, a few times a second', () => {
    const { said, run } = watch(true);
    run();
    expect(said).toEqual([
      '  the kit is being made\n',
      '\r  1.0 MiB received',
      '\r  3.0 MiB received',
      '\r  4.0 MiB received\n',
    ]);
  });

  it('is a line per step in a file', () => {
    const { said, run } = watch(false);
    run();
    expect(said).toEqual(['  the kit is being made\n', '  4.0 MiB received\n']);
  });
});

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { sweepTemporaryStates } from './temporary-state.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sweep-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function makeState(name: string, maker: string): string {
  const folder = join(parent, `countersign-test-${name}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'maker'), maker);
  return folder;
}

describe('sweepTemporaryStates', () => {
  it('removes what a crash left, the read-only folders of a vault included', () => {
    const folder = makeState('dead', `${2 ** 22 + 1} x:1`);
    mkdirSync(join(folder, 'vault'));
    writeFileSync(join(folder, 'vault', 'object'), '', { mode: 0o444 });
    chmodSync(join(folder, 'vault'), 0o555);
    sweepTemporaryStates(parent);
    expect(existsSync(folder)).toBe(false);
  });

  it('spares a run that goes on', () => {
    const folder = makeState('alive', `${process.pid} ${birthmarkOf(process.pid)}`);
    sweepTemporaryStates(parent);
    expect(existsSync(folder)).toBe(true);
  });

  it('spares one whose maker has not signed it yet, and every other folder', () => {
    const unsigned = join(parent, 'countersign-test-new');
    const other = join(parent, 'somebody-elses');
    for (const folder of [unsigned, other]) mkdirSync(folder);
    sweepTemporaryStates(parent);
    expect([existsSync(unsigned), existsSync(other)]).toEqual([true, true]);
  });
});

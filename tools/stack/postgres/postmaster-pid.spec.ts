import { describe, expect, it } from 'vitest';
import { parsePostmasterPid } from './postmaster-pid.ts';

const ready = '4711\n/data\n1700000000\n40813\n\n127.0.0.1\n  1234  5678\nready   \n';

describe('parsePostmasterPid', () => {
  it('reads pid, port and status of a running server', () => {
    expect(parsePostmasterPid(ready)).toEqual({ pid: 4711, port: 40813, status: 'ready' });
  });

  it('does not take a file that is still being written for a ready server', () => {
    expect(parsePostmasterPid('4711\n/data\n1700000000\n')).toEqual({ pid: 4711, port: 0, status: '' });
  });

  it.each(['', '\n', 'garbage\n', '-1\n', '0\n'])('finds no server in %j', (text) => {
    expect(parsePostmasterPid(text)).toBeUndefined();
  });
});

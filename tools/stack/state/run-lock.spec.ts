import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { LockedError, takeLock } from './run-lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-lock-'));
  path = join(folder, 'run.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function catchError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('takeLock', () => {
  it('tells a second start who holds it and where that runs', () => {
    takeLock(path).note('http://127.0.0.1:8000');
    const refusal = catchError(() => takeLock(path));
    expect(refusal).toBeInstanceOf(LockedError);
    expect((refusal as LockedError).holder).toMatchObject({ pid: process.pid, note: 'http://127.0.0.1:8000' });
  });

  it('can be taken again after its release', () => {
    takeLock(path).release();
    expect(existsSync(path)).toBe(false);
    takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it.each([
    ['whose holder died', JSON.stringify({ pid: 2 ** 22 + 1, birthmark: 'x:1', note: '' })],
    ['whose pid now belongs to somebody else', JSON.stringify({ pid: process.pid, birthmark: 'earlier:1', note: '' })],
    ['without a birthmark', JSON.stringify({ pid: process.pid, birthmark: '', note: '' })],
    ['that a power cut left empty', ''],
  ])('takes over a lock %s', (_, content) => {
    writeFileSync(path, content);
    takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ birthmark: birthmarkOf(process.pid) });
  });

  it('leaves no other file behind', () => {
    writeFileSync(path, 'stale');
    takeLock(path);
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });
});

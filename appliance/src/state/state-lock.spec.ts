import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeStateLock } from './state-lock.ts';

describe('the lock of a state folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is refused while a living process holds it', async () => {
    writeFileSync(join(folder, 'run.lock'), String(process.ppid));
    await expect(takeStateLock(folder)).rejects.toMatchObject({ code: 'APPLIANCE.ALREADY_RUNNING' });
  });

  it.each([
    ['a process that is gone', '2147483646'],
    ['a power cut that left it empty', ''],
  ])('is taken over from %s, and free after its release', async (_whom, text) => {
    writeFileSync(join(folder, 'run.lock'), text);
    const release = await takeStateLock(folder);
    release();
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });
});

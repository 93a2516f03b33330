import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSigningKey } from './signing-key.ts';

describe('the signing key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is drawn at first use into a file that only its owner may read, and is the same ever after', async () => {
    const path = join(folder, 'new', 'key');
    const seed = await openSigningKey(path);
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
    expect(await openSigningKey(path)).toBe(seed);
  });

  it('is another one on each box', async () => {
    expect(await openSigningKey(join(folder, 'a'))).not.toBe(await openSigningKey(join(folder, 'b')));
  });

  it('is refused when others may read it', async () => {
    const path = join(folder, 'exposed');
    await openSigningKey(path);
    chmodSync(path, 0o640);
    await expect(openSigningKey(path)).rejects.toMatchObject({ code: 'APPLIANCE.KEY_FILE_EXPOSED' });
  });

  it.each(['', 'ab'.repeat(31), 'AB'.repeat(32), `${'ab'.repeat(32)}00`])(
    'is neither used nor replaced when the file holds "%s"',
    async (text) => {
      const path = join(folder, `damaged-${text.length}`);
      writeFileSync(path, text, { mode: 0o600 });
      await expect(openSigningKey(path)).rejects.toMatchObject({ code: 'APPLIANCE.KEY_FILE_DAMAGED' });
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});

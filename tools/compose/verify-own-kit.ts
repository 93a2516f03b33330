import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Has the verifier that lies in a kit judge the kit: in an empty folder, by Node alone. Throws when it does not hold. */
export async function verifyOwnKit(kit: Buffer, ledgerKey: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-kit-'));
  try {
    await writeFile(join(folder, 'kit.zip'), kit);
    await writeFile(join(folder, 'verify.mjs'), fileIn(kit, 'verify.mjs'));
    const args = ['verify.mjs', 'kit.zip', '--ledger-key', ledgerKey];
    await promisify(execFile)(process.execPath, args, { cwd: folder, env: {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The files of a kit are stored as they are, each behind its own header (APPNOTE 4.3.7). */
function fileIn(zip: Buffer, name: string): Buffer {
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const [size, nameLength, extraLength] = [
      zip.readUInt32LE(at + 22),
      zip.readUInt16LE(at + 26),
      zip.readUInt16LE(at + 28),
    ];
    const content = at + 30 + nameLength + extraLength;
    if (zip.toString('latin1', at + 30, at + 30 + nameLength) === name) return zip.subarray(content, content + size);
    at = content + size;
  }
  return assert.fail(`there is no ${name} in the kit`);
}

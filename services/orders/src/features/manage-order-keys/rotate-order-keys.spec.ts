import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderKeysReport } from '@countersign/shared/contracts';
import { openPrivateKey } from '@countersign/shared/crypto';
import { openKeyFiles } from './key-files.ts';
import { printOrderKeys, printProgress, printRotation } from './print-order-keys.ts';
import { createRotateOrderKeys } from './rotate-order-keys.handler.ts';

type Key = OrderKeysReport['keys'][number];

const oldSeed = '11'.repeat(32);
const old = openPrivateKey(oldSeed);
const keyOf = (keyId: string, changes: Partial<Key>): Key => ({
  key_id: keyId,
  public_key: old.publicKey,
  state: 'signing',
  announced_at: '2026-01-10T12:00:00.000Z',
  signs_from: '2026-01-10T12:00:00.000Z',
  retires_at: null,
  is_held: true,
  known_by: 2,
  ...changes,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'order-keys-'));
  writeFileSync(join(folder, 'order-key-1'), oldSeed, { mode: 0o600 });
  writeFileSync(join(folder, 'notes.txt'), 'not a key');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Processes of orders that find what lies in the folder, and take one step of a rotation each time they are looked at. */
function aSystem(changes: Partial<Key> = {}) {
  const keys: Key[] = [keyOf(old.keyId, changes)];
  const did: string[] = [];
  let isAsleep = false;
  const step = () => {
    const next = keys.find((key) => key.state === 'announced');
    const previous = keys.find((key) => key.state === 'previous');
    if (previous) previous.state = 'retired';
    else if (next) {
      keys[0]!.state = 'previous';
      keys[0]!.retires_at = '2026-01-10T12:15:10.000Z';
      next.state = 'signing';
    } else {
      for (const name of readdirSync(folder).filter((one) => one.startsWith('order-key-2'))) {
        const { keyId } = openPrivateKey(readFileSync(join(folder, name), 'utf8'));
        if (!keys.some((key) => key.key_id === keyId)) keys.push(keyOf(keyId, { state: 'announced', known_by: 1 }));
      }
    }
  };
  const appliances = { alive: 2, unreported: 0, behind: 0, foreign: 0 };
  const lines: string[] = [];
  const rotate = createRotateOrderKeys({
    async describe() {
      const report = structuredClone({ keys, appliances, diverging: [], timestamp: '2026-01-10T12:01:00.000Z' });
      if (!isAsleep) step();
      return report;
    },
    repository: {
      hurry: async (keyId) => void did.push(`hurry ${keyId}`),
      endPrevious: async () => void did.push('end the previous'),
    },
    files: openKeyFiles(folder),
    wait: async () => undefined,
    onProgress: (report, keyId) => void lines.push(printProgress(report, keyId)),
  });
  return { keys, did, lines, rotate, sleep: () => void (isAsleep = true) };
}
const quietly = { isCompromised: false, untilRetired: false };

describe('rotating the key of orders', () => {
  it('writes a key that only its owner may read, and follows it until it signs', async () => {
    const { rotate, lines, did } = aSystem();
    const rotation = await rotate(quietly);
    expect(statSync(rotation.file!).mode & 0o777).toBe(0o600);
    expect(openPrivateKey(readFileSync(rotation.file!, 'utf8')).keyId).toBe(rotation.key_id);
    expect(lines.at(-1)).toBe(`${rotation.key_id}: signs; ${old.keyId} is believed until 2026-01-10 12:15:10 UTC`);
    expect([rotation.removed_files, did]).toEqual([[], []]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(printRotation(rotation)).toContain('retires by itself');
  });

  it('waits until the one before is retired when it is told so, and removes its file and no other', async () => {
    const { rotate } = aSystem();
    const rotation = await rotate({ ...quietly, untilRetired: true });
    expect(rotation.removed_files).toEqual(['order-key-1']);
    expect(readdirSync(folder)).toContain('notes.txt');
    expect(readFileSync(rotation.file!, 'utf8')).not.toBe('');
  });

  it('does not begin while another rotation is under way, unless the key is in the wrong hands', async () => {
    const { rotate, keys, did } = aSystem();
    keys.push(keyOf('a'.repeat(16), { state: 'announced' }));
    await expect(rotate(quietly)).rejects.toMatchObject({ code: 'KEYS.ROTATION_UNDER_WAY' });
    const hurried = await aSystemUnderWay(keys, did);
    expect([hurried.key_id, hurried.file]).toEqual(['a'.repeat(16), null]);
    expect(did).toEqual([`hurry ${'a'.repeat(16)}`]);
  });

  async function aSystemUnderWay(keys: Key[], did: string[]) {
    const report = (): OrderKeysReport => ({
      keys: keys.map((key) => ({ ...key, state: key.state === 'announced' && did.length > 0 ? 'signing' : key.state })),
      appliances: { alive: 0, unreported: 0, behind: 0, foreign: 0 },
      diverging: [],
      timestamp: '',
    });
    keys[0]!.state = 'signing';
    keys[1]!.state = 'announced';
    return createRotateOrderKeys({
      describe: async () => report(),
      repository: { hurry: async (keyId) => void did.push(`hurry ${keyId}`), endPrevious: async () => undefined },
      files: openKeyFiles(folder),
      wait: async () => undefined,
      onProgress: () => undefined,
    })({ isCompromised: true, untilRetired: false });
  }

  it('makes room for the one that takes the place of a stolen key', async () => {
    const { rotate, did } = aSystem();
    const { key_id } = await rotate({ ...quietly, isCompromised: true });
    expect(did).toEqual(['end the previous', `hurry ${key_id}`]);
  });

  it('writes nothing when no process of orders runs', async () => {
    const { rotate } = aSystem({ is_held: false });
    await expect(rotate(quietly)).rejects.toMatchObject({ code: 'KEYS.NOBODY_SIGNS' });
    expect(readdirSync(folder).toSorted()).toEqual(['notes.txt', 'order-key-1']);
  });

  it('shows a person what is wrong: a key that nobody holds, an appliance with a foreign one', () => {
    const text = printOrderKeys({
      keys: [keyOf(old.keyId, { is_held: false })],
      appliances: { alive: 3, unreported: 1, behind: 1, foreign: 1 },
      diverging: [
        {
          site_id: 'clinic-7',
          host_id: 'box-1',
          server_key_ids: ['f'.repeat(16)],
          reason: 'foreign-key',
          last_checkin: '2026-01-10T12:00:00.000Z',
        },
      ],
      timestamp: '2026-01-10T12:01:00.000Z',
    });
    expect(text).toContain('NO PROCESS HOLDS IT');
    expect(text).toContain('1 HOLD A KEY THAT IS NOT OURS');
    expect(text).toContain('clinic-7/box-1  foreign-key: ffffffffffffffff');
    expect(text).not.toContain(oldSeed);
  });
});

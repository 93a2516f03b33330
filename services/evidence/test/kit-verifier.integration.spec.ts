import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { filesOf, textOf } from '../src/features/export-kit/alter-kit.ts';
import { sampleParties } from '../src/features/export-kit/sample-kit.ts';
import { verifyKitZip } from '../src/verifier/verify-kit.ts';
import { type Fleet, startFleet } from './start-fleet.ts';
import { ledgerKey } from './start-publisher.ts';

const run = promisify(execFile);
const known = { ledgerKey: ledgerKey.verifierKey };
const seed = Date.now() % 2 ** 31;

let fleet: Fleet;
let kit: Uint8Array;
let folder: string;

beforeAll(async () => {
  fleet = await startFleet({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') });
  folder = await mkdtemp(join(tmpdir(), 'countersign-kit-'));
  const parties = sampleParties('kit-site');
  await fleet.tell(parties, 0, 50);
  kit = await fleet.export({ site_id: parties.siteId, from: '2026-11-21T09:00:00Z', to: '2100-01-01T00:00:00Z' });
}, 120_000);

afterAll(async () => {
  await fleet?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Runs the verifier as an auditor does: a process of its own. */
async function verify(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the verifier of the kit', () => {
  const unpack = async (files: Map<string, Uint8Array>, name: string) => {
    const target = join(folder, name);
    for (const [file, bytes] of files) {
      await mkdir(dirname(join(target, file)), { recursive: true });
      await writeFile(join(target, file), bytes);
    }
    return target;
  };

  it('runs as a process of its own on the ZIP, and says what was checked and what is not proved', async () => {
    const [path, script] = [join(folder, 'kit.zip'), join(folder, 'verify.mjs')];
    await writeFile(path, kit);
    await writeFile(script, filesOf(kit).get('verify.mjs')!);
    const good = await verify(script, path, '--ledger-key', known.ledgerKey);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^THE KIT HOLDS\n/);
    expect(good.stdout).toContain('What this does not prove');
    expect(good.stdout).toContain(known.ledgerKey);

    const flipped = Uint8Array.from(kit);
    flipped[1_000_000]! ^= 1;
    await writeFile(path, flipped);
    const bad = await verify(script, path, '--json');
    expect(bad.code).toBe(1);
    const { outcome, checks } = JSON.parse(bad.stdout) as ReturnType<typeof verifyKitZip>;
    expect([outcome, checks[0]!.problems.length]).toEqual(['fails', 1]);

    await writeFile(path, 'no kit');
    expect((await verify(script, path)).code).toBe(2);
    expect(await verify(script, join(folder, 'nowhere.zip'))).toMatchObject({ code: 2, stdout: '' });
    expect(await verify(script, '--what')).toMatchObject({ code: 2, stderr: 'There is no option --what.\n' });
    expect((await verify(script, '--help')).stdout).toContain('Usage: node verify.mjs');
  });

  it('runs inside of an unpacked kit without being told where that is', async () => {
    const whole = await unpack(filesOf(kit), 'unpacked');
    expect(await verify(join(whole, 'verify.mjs'), `--ledger-key=${known.ledgerKey}`)).toMatchObject({ code: 0 });
    await writeFile(join(whole, 'orders', 'note.txt'), 'added');
    const added = await verify(join(whole, 'verify.mjs'));
    expect([added.code, added.stdout]).toEqual([
      1,
      expect.stringContaining('orders/note.txt: it is not in the manifest: it was added'),
    ]);
  });

  it('is the same script in the page, which judges a kit that is dropped on it without a connection', async () => {
    const files = filesOf(kit);
    const page = textOf(files, 'verify.html');
    const script = page.slice(page.indexOf('<script>') + 8, page.lastIndexOf('</script>'));
    expect(script).toBe(textOf(files, 'verify.mjs'));
    expect(page).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
    type Listener = (event: object) => void;
    const listeners = new Map<string, Listener>();
    const element = (id: string) => ({
      innerHTML: '',
      value: id === 'ledger-key' ? known.ledgerKey : '',
      files: null,
      focus() {},
      addEventListener: (type: string, listen: Listener) => listeners.set(`${id} ${type}`, listen),
    });
    const elements = Object.fromEntries(
      ['kit', 'ledger-key', 'result', 'verdict', 'body'].map((id) => [id, element(id)]),
    );
    const document = { getElementById: (id: string) => elements[id] ?? null, body: elements['body'] };
    // Neither fetch nor process: only the language and what every browser adds to it, bytes being those of the page's realm.
    const encode = (value: string) => new TextEncoder().encode(value);
    const realm = vm.createContext({ document, TextDecoder, encode });
    vm.runInContext('TextEncoder = class { encode(value) { return new Uint8Array(encode(value)); } }', realm);
    vm.runInContext(script, realm);
    const drop = (bytes: Uint8Array) => {
      const file = { name: 'kit.zip', size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.slice().buffer) };
      listeners.get('body drop')!({ preventDefault() {}, dataTransfer: { files: [file] } });
    };
    drop(kit);
    await expect.poll(() => elements['result']!.innerHTML, { timeout: 15_000 }).toContain('THE KIT HOLDS');
    expect(elements['result']!.innerHTML).toContain('This is the key that you gave.');
    const flipped = Uint8Array.from(kit);
    flipped[5_000]! ^= 0x40;
    drop(flipped);
    await expect.poll(() => elements['result']!.innerHTML, { timeout: 15_000 }).toContain('THE KIT DOES NOT HOLD');
  });

  it(`catches every one of 500 random flipped bits, and one in every region of the headers (seed ${seed})`, () => {
    const random = randomOf(seed);
    const places = Array.from({ length: 500 }, () => Math.floor(random() * kit.length));
    const directory = Buffer.from(kit).lastIndexOf(Buffer.of(0x50, 0x4b, 5, 6));
    const start = Buffer.from(kit).readUInt32LE(directory + 16);
    for (let n = 0; n < 30; n += 1) places.push(n, start + n, start + 46 * n, kit.length - 1 - (n % 22));
    const flipped = Uint8Array.from(kit);
    const missed: number[] = [];
    const begun = performance.now();
    for (const place of places) {
      flipped[place]! ^= 1 << Math.floor(random() * 8);
      const { outcome, checks } = verifyKitZip(flipped, known);
      if (outcome === 'holds' || checks[0]!.problems.length === 0) missed.push(place);
      flipped[place] = kit[place]!;
    }
    expect(missed, `seed ${seed}`).toEqual([]);
    expect((performance.now() - begun) / places.length).toBeLessThan(100);
  });
});

/** mulberry32: the same seed gives the same numbers. */
function randomOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

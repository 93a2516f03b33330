import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { filesOf, textOf } from '../src/features/export-kit/alter-kit.ts';
import type { Verdict } from '../src/verifier/verdict.ts';
import { makeRichKit, type RichKit } from './make-rich-kit.ts';
import { type Auditor, standAsAuditor } from './stand-as-auditor.ts';
import { ledgerKey } from './start-publisher.ts';

const run = promisify(execFile);
const known = { ledgerKey: ledgerKey.verifierKey };

let rich: RichKit;
let kit: Uint8Array;
let auditor: Auditor;
let folder: string;

beforeAll(async () => {
  rich = await makeRichKit({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') }, 10);
  kit = rich.kit;
  auditor = await standAsAuditor(textOf(filesOf(kit), 'verify.mjs'));
  folder = auditor.folder;
}, 120_000);

afterAll(async () => {
  await auditor?.leave();
  await rich?.stop();
});

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
    await writeFile(join(folder, 'kit.zip'), kit);
    const good = await auditor.verify('kit.zip', '--ledger-key', known.ledgerKey);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^THE KIT HOLDS\n/);
    expect(good.stdout).toContain('What this does not prove');
    expect(good.stdout).toContain(known.ledgerKey);

    const flipped = Uint8Array.from(kit);
    flipped[kit.length >> 1]! ^= 1;
    await writeFile(join(folder, 'flipped.zip'), flipped);
    const bad = await auditor.verify('flipped.zip', '--json');
    expect(bad.code).toBe(1);
    const { outcome, checks } = JSON.parse(bad.stdout) as Verdict;
    expect([outcome, checks[0]!.problems.length]).toEqual(['fails', 1]);

    await writeFile(join(folder, 'text.zip'), 'no kit');
    expect((await auditor.verify('text.zip')).code).toBe(2);
    expect(await auditor.verify('nowhere.zip')).toMatchObject({ code: 2, stdout: '' });
    expect(await auditor.verify('--what')).toMatchObject({ code: 2, stderr: 'There is no option --what.\n' });
    expect((await auditor.verify('--help')).stdout).toContain('Usage: node verify.mjs');
  });

  it('runs inside of an unpacked kit without being told where that is, and follows no link out of it', async () => {
    const whole = await unpack(filesOf(kit), 'unpacked');
    const verify = (...args: string[]) =>
      run(process.execPath, [join(whole, 'verify.mjs'), ...args]).then(
        (answer) => ({ code: 0, ...answer }),
        (error: unknown) => error as { code: number; stdout: string; stderr: string },
      );
    expect(await verify(`--ledger-key=${known.ledgerKey}`)).toMatchObject({ code: 0 });
    await writeFile(join(whole, 'orders', 'note.txt'), 'added');
    const added = await verify();
    expect([added.code, added.stdout]).toEqual([
      1,
      expect.stringContaining('orders/note.txt: it is not in the manifest: it was added'),
    ]);
    await symlink('/etc/passwd', join(whole, 'orders', 'link.txt'));
    expect(await verify()).toMatchObject({ code: 2, stderr: expect.stringContaining('is no plain file') as string });
  });

  it('finds timestamps that OpenSSL itself takes for good, and cosignatures of two appliances', async () => {
    const files = filesOf(kit);
    const [response, note] = [files.get(`${rich.checkpoint}.tsr`)!, textOf(files, rich.checkpoint)];
    expect(await rich.verifyTimestamp(response, note)).toBe(true);
    const { verdict } = await auditor.judge(kit, known.ledgerKey);
    const witnesses = verdict.checks.find(({ check }) => check === 'witnesses')!;
    // The checkpoint, its proof, its timestamp, two cosignatures.
    expect(witnesses).toMatchObject({ examined: 5, problems: [] });
    expect(witnesses.notes[0]).toContain('2 appliances saw an earlier state');
    expect(textOf(files, 'report.html')).toContain('imestamp');
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
});

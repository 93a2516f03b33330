import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeEd25519, sha256Hex } from '@countersign/shared/crypto';
import { vkeyOf } from '@countersign/shared/ledger';
import {
  alterKit,
  failingChecks,
  type Files,
  filesOf,
  problemsOf,
  putText,
  signAnew,
  textOf,
  zipOf,
} from '../features/export-kit/alter-kit.ts';
import { sampleKey, sampleKnown as known, sampleParties, tellKit } from '../features/export-kit/sample-kit.ts';
import { crc32 } from '../domain/kit/zip/crc32.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import { verifyKitFiles, verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();
const stranger = nodeEd25519.createSigner('66'.repeat(32));

let kit: Uint8Array;

beforeAll(async () => {
  ({ kit } = await tellKit(3, parties));
});

/** A ZIP of one file as other programs write it: compressed, and as large as it says. */
function compressedZip(name: string, content: Buffer, declared = content.length): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const header = (signature: number, length: number, at: number) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32LE(signature, 0);
    bytes.writeUInt16LE(20, at);
    bytes.writeUInt16LE(8, at + 4);
    bytes.writeUInt32LE(crc32(content), at + 10);
    bytes.writeUInt32LE(packed.length, at + 14);
    bytes.writeUInt32LE(declared, at + 18);
    bytes.writeUInt16LE(name.length, at + 22);
    return Buffer.concat([bytes, Buffer.from(name)]);
  };
  const local = Buffer.concat([header(0x04034b50, 30, 4), packed]);
  const directory = header(0x02014b50, 46, 6);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

describe('a ZIP that means harm', () => {
  it('is a bomb: nothing is unpacked, whatever it declares', () => {
    const bomb = Buffer.alloc(16 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    for (const declared of [bomb.length, 10, 0xffffffff]) {
      const zip = compressedZip('manifest.json', bomb, declared);
      expect(zip.length).toBeLessThan(100_000);
      const verdict = verifyKitZip(zip, known);
      expect(verdict).toMatchObject({ outcome: 'fails', kit: null });
      expect(verdict.checks[0]!.problems[0]).toMatchObject({ file: 'manifest.json' });
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(bomb.length);
  });

  it.each(['../../home/auditor/.profile', '/etc/cron.d/x', 'C:/Windows/x', 'a/../../b', 'a\\b', 'CON', 'x\u0000.json'])(
    'has a file named %j: it is named and refused, and never a path',
    (name) => {
      const verdict = verifyKitZip(compressedZip(name, Buffer.from('x')), known);
      expect(verdict.outcome).toBe('fails');
      expect(verdict.checks[0]!.problems[0]!.message).toContain('it has a name that no file of a kit has');
    },
  );

  it('says the same name twice, so that two readers could see two kits', async () => {
    const files = filesOf(kit);
    const zip = Buffer.from(await zipOf(new Map(files).set('report.htmm', Buffer.from('another report'))));
    for (let at = zip.indexOf('report.htmm'); at >= 0; at = zip.indexOf('report.htmm')) zip.write('report.html', at);
    const verdict = verifyKitZip(zip, known);
    expect(verdict.outcome).toBe('fails');
    expect(verdict.checks[0]!.problems[0]).toMatchObject({ file: 'report.html', message: 'it is there twice' });
  });
});

describe('a kit that is put together from true parts', () => {
  const alien = async () => {
    const from = new Date(parties.from.getTime() + 3_600_000);
    return filesOf((await tellKit(2, { ...parties, from })).kit);
  };

  it('has manifest and signature of another kit of the same ledger: every file that is not of that one is named', async () => {
    const files = filesOf(kit);
    const other = await alien();
    for (const name of [kitNames.manifest, kitNames.manifestNote]) files.set(name, other.get(name)!);
    const verdict = verifyKitZip(await zipOf(files), known);
    expect(verdict.outcome).toBe('fails');
    const problems = problemsOf(verdict, 'manifest');
    expect(problems.find((problem) => problem.startsWith('ledger/checkpoint:'))).toBeDefined();
    expect(problems.filter((problem) => problem.endsWith('it is not in the manifest: it was added'))).not.toEqual([]);
    expect(problemsOf(verdict, 'checkpoint')).toEqual([
      'manifest.json: it names another head than ledger/checkpoint is',
    ]);
  });

  it('has the head of another kit, signed by the same key: no proof leads to it', async () => {
    const files = filesOf(kit);
    files.set(kitNames.head, (await alien()).get(kitNames.head)!);
    const verdict = verifyKitFiles(signAnew(files), known);
    expect(failingChecks(verdict)).toEqual(expect.arrayContaining(['checkpoint', 'leaves']));
    expect(problemsOf(verdict, 'leaves')).toHaveLength([...filesOf(kit).keys()].filter(isProof).length);
  });

  it('lacks each of its files in turn: that one is named', async () => {
    const whole = filesOf((await tellKit(1, parties)).kit);
    for (const name of whole.keys()) {
      const files = new Map(whole);
      files.delete(name);
      const verdict = verifyKitFiles(files, known);
      expect(verdict.outcome, name).not.toBe('holds');
      expect(
        problemsOf(verdict, 'manifest').some((problem) => problem.startsWith(`${name}: it is missing`)),
        name,
      ).toBe(true);
    }
  });

  const isProof = (name: string) => name.endsWith('.tlog-proof');
});

describe('a kit with keys of a stranger, signed anew with the ledger’s key', () => {
  const forge = (change: (files: Files) => void) => verifyKitFiles(signAnew(alterKit(kit, change)), known);

  it.each([
    ['the key of orders', kitNames.keys, parties.orders.publicKey],
    ['the key of the appliance', kitNames.keys, parties.appliance.publicKey],
    ['the key of a signature', kitNames.signatures, parties.appliance.publicKey],
  ])('%s in a list: the list is not what the leaves say', (_what, name, publicKey) => {
    const verdict = forge((files) =>
      putText(files, name, textOf(files, name).replaceAll(publicKey, stranger.publicKey)),
    );
    expect(failingChecks(verdict)).toEqual(['derived']);
    expect(problemsOf(verdict, 'derived')[0]).toContain(`${name}: it is not what the records of the kit give`);
  });

  it('the appliance’s key in the bundle itself: no leaf enrolled it', () => {
    const name = kitNames.bundle(1);
    const verdict = forge((files) =>
      putText(files, name, textOf(files, name).replaceAll(parties.appliance.publicKey, stranger.publicKey)),
    );
    expect(problemsOf(verdict, 'bundles').join('\n')).toContain(`had enrolled the key ${stranger.publicKey}`);
  });

  it('the ledger’s key in key.txt: it is not the one of the manifest', () => {
    const other = vkeyOf('ledger.example/log', stranger.publicKey);
    const verdict = forge((files) => putText(files, kitNames.ledgerKey, `${other}\n`));
    expect(problemsOf(verdict, 'derived')[0]).toMatch(/^ledger\/key\.txt: /);
    expect(verdict.key.fingerprint).toBe(sha256Hex(sampleKey.verifierKey));
  });
});

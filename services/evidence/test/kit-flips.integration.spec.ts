import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { mapBounded } from '../src/features/seal-bundles/map-bounded.ts';
import { filesOf, textOf } from '../src/features/export-kit/alter-kit.ts';
import { localHeaderLength } from '../src/domain/kit/zip/zip-entry.ts';
import { walkFiles } from '../src/domain/kit/zip/read-entries.ts';
import type { Verdict } from '../src/verifier/verdict.ts';
import { verifyKitFiles, verifyKitZip } from '../src/verifier/verify-kit.ts';
import { makeRichKit, type RichKit } from './make-rich-kit.ts';
import { type Auditor, standAsAuditor } from './stand-as-auditor.ts';
import { ledgerKey } from './start-publisher.ts';

const known = { ledgerKey: ledgerKey.verifierKey };
/** KIT_FLIPS_SEED repeats a run that failed. */
const seed = Number(process.env['KIT_FLIPS_SEED'] ?? Date.now() % 2 ** 31);
const flips = 500;

let rich: RichKit;
let kit: Uint8Array;
let auditor: Auditor;

beforeAll(async () => {
  rich = await makeRichKit({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') }, 4);
  kit = rich.kit;
  auditor = await standAsAuditor(textOf(filesOf(kit), 'verify.mjs'));
  process.stdout.write(`kit flips: seed ${seed}, ${kit.length} bytes, Node ${auditor.node}\n`);
}, 120_000);

afterAll(async () => {
  await auditor?.leave();
  await rich?.stop();
});

/** The file whose content a byte of the ZIP belongs to; null: a header. */
function fileAt(place: number): string | null {
  const reading = walkFiles(kit);
  if (!reading.ok) throw new Error('the kit cannot be read');
  const inside = reading.entries.find(({ name, offset, size }) => {
    const start = offset + localHeaderLength + name.length;
    return place >= start && place < start + size;
  });
  return inside?.name ?? null;
}

/** Whether a verdict says exactly what failed: the file whose content was changed, or the very byte of a header. */
function isNamed({ checks }: Verdict, place: number, file: string | null): boolean {
  const problems = checks.flatMap((check) => check.problems);
  return problems.some((problem) => (file === null ? problem.offset === place : problem.file === file));
}

function flipped(bytes: Uint8Array, place: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[place]! ^= 1 << bit;
  return copy;
}

describe('a kit with one bit flipped', () => {
  it(`does not hold at any of ${flips} random places, and the verifier, alone with plain Node, names what failed`, async () => {
    const random = randomOf(seed);
    const places = Array.from({ length: flips }, () => Math.floor(random() * kit.length));
    expect(await auditor.judge(kit, known.ledgerKey)).toMatchObject({ code: 0, verdict: { outcome: 'holds' } });
    const missed: object[] = [];
    await mapBounded(places, 3, async (place) => {
      const [bit, file] = [Math.floor(random() * 8), fileAt(place)];
      const { code, verdict } = await auditor.judge(flipped(kit, place, bit), known.ledgerKey, `${place}-${bit}.zip`);
      // Without its first two bytes nothing says that it ever was a ZIP: it then cannot be read.
      const isRefused = place < 2 ? code === 2 : code === 1 && verdict.outcome === 'fails';
      if (!isRefused || !isNamed(verdict, place, file)) missed.push({ place, bit, file, code });
    });
    expect(missed, `KIT_FLIPS_SEED=${seed}`).toEqual([]);
  }, 180_000);

  it('does not hold at any byte of the first header, the last directory entry and the end of the ZIP', () => {
    const end = kit.length - 22;
    const last = Buffer.from(kit).lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2));
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
    for (const place of [...range(0, localHeaderLength), ...range(last, end), ...range(end, kit.length)]) {
      const verdict = verifyKitZip(flipped(kit, place, 0), known);
      expect(verdict.outcome, `byte ${place}`).not.toBe('holds');
      expect(verdict.checks[0]!.problems.length, `byte ${place}`).toBeGreaterThan(0);
    }
  });

  it('does not hold in any of its files when the ZIP around it was made anew, the verifiers and the report included', () => {
    const random = randomOf(seed);
    const files = filesOf(kit);
    const missed: string[] = [];
    for (const [name, bytes] of files) {
      const changed = flipped(bytes, Math.floor(random() * bytes.length), Math.floor(random() * 8));
      const verdict = verifyKitFiles(new Map(files).set(name, changed), known);
      const problems = verdict.checks.find(({ check }) => check === 'manifest')!.problems;
      if (verdict.outcome !== 'fails' || !problems.some(({ file }) => file === name)) missed.push(name);
    }
    expect(missed, `KIT_FLIPS_SEED=${seed}`).toEqual([]);
    const kinds = ['verify.mjs', 'verify.html', 'report.html', 'README.txt', 'manifest.sig', `${rich.checkpoint}.tsr`];
    expect([...files.keys()]).toEqual(expect.arrayContaining([...kinds, `${rich.checkpoint}.cosigned`]));
  }, 60_000);
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

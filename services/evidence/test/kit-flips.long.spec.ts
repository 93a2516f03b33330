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
/** So many of them are also judged by the script out of the kit, each in a process of its own. */
const alone = 40;

let rich: RichKit;
let kit: Uint8Array;
let auditor: Auditor;
let places: { place: number; bit: number; file: string | null }[];

beforeAll(async () => {
  rich = await makeRichKit({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') }, 4);
  kit = rich.kit;
  const random = randomOf(seed);
  places = Array.from({ length: flips }, () => {
    const place = Math.floor(random() * kit.length);
    return { place, bit: Math.floor(random() * 8), file: fileAt(place) };
  });
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
function isNamed(checks: Verdict['checks'], place: number, file: string | null): boolean {
  const problems = checks.flatMap((check) => check.problems);
  return problems.some((problem) => (file === null ? problem.offset === place : problem.file === file));
}

function flipped(bytes: Uint8Array, place: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[place]! ^= 1 << bit;
  return copy;
}

describe('a kit with one bit flipped', () => {
  it(`does not hold at any of ${flips} random places, and the verifier names what failed`, () => {
    const missed: object[] = [];
    for (const { place, bit, file } of places) {
      const { outcome, checks } = verifyKitZip(flipped(kit, place, bit), known);
      // Without its first two bytes nothing says that it ever was a ZIP: it then cannot be read.
      const isRefused = outcome === (place < 2 ? 'unreadable' : 'fails');
      if (!isRefused || !isNamed(checks, place, file)) missed.push({ place, bit, file, outcome });
    }
    expect(missed, `KIT_FLIPS_SEED=${seed}`).toEqual([]);
  }, 240_000);

  it(`does not hold for the verifier alone with plain Node either, at ${alone} of these places`, async () => {
    expect(await auditor.judge(kit, known.ledgerKey)).toMatchObject({ code: 0, verdict: { outcome: 'holds' } });
    const missed: object[] = [];
    await mapBounded(places.slice(0, alone), 2, async ({ place, bit, file }) => {
      const { code, verdict } = await auditor.judge(flipped(kit, place, bit), known.ledgerKey, `${place}-${bit}.zip`);
      const isRefused = place < 2 ? code === 2 : code === 1 && verdict.outcome === 'fails';
      if (!isRefused || !isNamed(verdict.checks, place, file)) missed.push({ place, bit, file, code });
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

  it('does not hold in any kind of file when the ZIP around it was made anew, the verifiers and the report included', () => {
    const random = randomOf(seed);
    const files = filesOf(kit);
    const missed: string[] = [];
    for (const [name, bytes] of someOfEachKind(files)) {
      const changed = flipped(bytes, Math.floor(random() * bytes.length), Math.floor(random() * 8));
      const verdict = verifyKitFiles(new Map(files).set(name, changed), known);
      const problems = verdict.checks.find(({ check }) => check === 'manifest')!.problems;
      // A manifest that is none any more, or of another format, leaves nothing to judge: then the kit is unreadable.
      const outcome = name === 'manifest.json' && verdict.outcome === 'unreadable' ? 'fails' : verdict.outcome;
      if (outcome !== 'fails' || !problems.some(({ file }) => file === name)) missed.push(name);
    }
    expect(missed, `KIT_FLIPS_SEED=${seed}`).toEqual([]);
    const kinds = ['verify.mjs', 'verify.html', 'report.html', 'README.txt', 'manifest.sig', `${rich.checkpoint}.tsr`];
    expect([...files.keys()]).toEqual(expect.arrayContaining([...kinds, `${rich.checkpoint}.cosigned`]));
  }, 60_000);
});

/** At most three files of a folder with the same ending: each verdict recomputes the whole kit. */
function someOfEachKind(files: Map<string, Uint8Array>): [string, Uint8Array][] {
  const seen = new Map<string, number>();
  return [...files].filter(([name]) => {
    const kind = name.replace(/[^/]*?(\.\w+)?$/, name.includes('/') ? '$1' : name);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind)! <= 3;
  });
}

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

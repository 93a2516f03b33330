import { sha256Hex } from '@countersign/shared/crypto';
import { formatManifest, parseManifest } from '../../../services/evidence/dist/domain/kit/manifest.js';
import { compareNames } from '../../../services/evidence/dist/domain/kit/zip/file-name.js';
import { filesOf } from '../../../services/evidence/dist/features/export-kit/alter-kit.js';
import { sampleKnown, sampleParties, tellKit } from '../../../services/evidence/dist/features/export-kit/sample-kit.js';
import { describeVerdict } from '../../../services/evidence/dist/verifier/describe-verdict.js';
import { verifyKitFiles } from '../../../services/evidence/dist/verifier/verify-kit.js';
import { demand } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonTokens } from './json-tokens.ts';

const separator = '\u001e\n';
const whole = filesOf((await tellKit(1, sampleParties())).kit);
/** Each signature takes as long as everything else: files that bear one are there only where an input brings them. */
const bearsSignature = /\.tlog-proof$|^(manifest\.sig$|orders\/|bundles\/)/;
const base = new Map([...whole].filter(([name]) => !bearsSignature.test(name)));
const names = [...whole.keys()].filter(
  (name) => !/^(README|report|verify)/.test(name) && (!name.endsWith('.tlog-proof') || name.includes('000.')),
);
const textOf = (name: string): string => Buffer.from(whole.get(name)!).toString('utf8');

const manifest = parseManifest(textOf('manifest.json'))!;
function manifestOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const listed = [...files].flatMap(([name, bytes]) =>
    name.startsWith('manifest.') ? [] : { name, size: bytes.length, sha256: sha256Hex(bytes) },
  );
  return Buffer.from(formatManifest({ ...manifest, files: listed.toSorted((a, b) => compareNames(a.name, b.name)) }));
}

/** What moves the cursor, or turns the text round; lines may end. */
const control = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u;

/** The good kit with other files in it: `name`, line feed, content, each ended by a separator. */
function alter(text: string): Map<string, Uint8Array> {
  const files = new Map(base);
  for (const part of text.split(separator, 8)) {
    const end = part.indexOf('\n');
    if (end === -1) files.delete(part);
    else files.set(part.slice(0, end), Buffer.from(part.slice(end + 1)));
  }
  return files;
}

/**
 * Whoever makes a kit can name any files in its manifest: what stands in them is read with care all the same. The verifier never
 * stumbles, never says that such a kit holds, and what it says moves no cursor.
 */
export const kits = readerTarget({
  name: 'kits',
  summary: 'the files of a kit, which its manifest names as they are',
  share: 0.1,
  slowMs: 1_000,
  atOnce: 64,
  dictionary: [
    ...jsonTokens,
    separator,
    ...names.map((name) => `${name}\n`),
    'leaves/000000000099.json\n',
    '\u001b[2J',
    '\u202e',
    '\u2014 ',
    '\r\n',
  ],
  seeds: () => names.filter((name) => whole.get(name)!.length < 1_600).map((name) => `${name}\n${textOf(name)}`),
  read(input) {
    const text = Buffer.from(input).toString('utf8');
    const files = alter(text);
    if (files.get('manifest.json') === base.get('manifest.json')) files.set('manifest.json', manifestOf(files));
    const verdict = verifyKitFiles(files, sampleKnown);
    demand(verdict.outcome !== 'holds', 'A kit without its proofs holds.');
    const problems = verdict.checks.flatMap((check) => check.problems);
    demand(!problems.some(({ message }) => message.startsWith('the kit cannot be read to its end')), 'It stumbled.');
    demand(!control.test(describeVerdict(verdict)), 'What it says controls the terminal.');
    const reasons = verdict.checks.flatMap(({ check, problems: [first] }) =>
      first === undefined ? [] : `${check} ${first.message.replaceAll(/[\d"]+/g, '0').slice(0, 24)}`,
    );
    return `${verdict.outcome} ${reasons.join('; ')}${verdict.gaps.length > 0 ? '; gaps' : ''}`;
  },
});

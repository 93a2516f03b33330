import { sha256Hex } from '@countersign/shared/crypto';
import { createNoteSigner, signNote } from '@countersign/shared/ledger';
import { formatManifest, manifestNoteText, parseManifest } from '../../domain/kit/manifest.ts';
import { compareNames } from '../../domain/kit/zip/file-name.ts';
import { readZip } from '../../domain/kit/zip/read-zip.ts';
import { sourceOf, writeZip } from '../../domain/kit/zip/write-zip.ts';
import type { LedgerKey } from '../../domain/ledger-key.ts';
import type { CheckName, Verdict } from '../../verifier/verdict.ts';
import { sampleKey } from './sample-kit.ts';

/** What specs do to kits. */
export type Files = Map<string, Uint8Array>;

export function filesOf(kit: Uint8Array): Files {
  const reading = readZip(kit);
  if (!reading.ok) throw new Error(reading.faults[0]!.message);
  return new Map(reading.files);
}

/** A fresh copy of the files of a kit, changed. */
export function alterKit(kit: Uint8Array, change: (files: Files) => void): Files {
  const files = filesOf(kit);
  change(files);
  return files;
}

export const textOf = (files: Files, name: string): string => Buffer.from(files.get(name)!).toString('utf8');
export const putText = (files: Files, name: string, content: string): Files => files.set(name, Buffer.from(content));

/** The files as a ZIP in the form of a kit, whatever they are. */
export async function zipOf(files: Files): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeZip([...files].map(([name, bytes]) => sourceOf(name, bytes)))) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Writes the manifest anew for files that were changed, and signs it with a key: what whoever holds that key can do. */
export function signAnew(files: Files, key: LedgerKey = sampleKey): Files {
  const listed = [...files]
    .filter(([name]) => !name.startsWith('manifest.'))
    .map(([name, bytes]) => ({ name, size: bytes.length, sha256: sha256Hex(bytes) }))
    .toSorted((a, b) => compareNames(a.name, b.name));
  const manifest = formatManifest({ ...parseManifest(textOf(files, 'manifest.json'))!, files: listed });
  putText(files, 'manifest.json', manifest);
  return putText(
    files,
    'manifest.sig',
    signNote(manifestNoteText(manifest), [createNoteSigner(key.origin, key.signer)]),
  );
}

/** What a check says, as `file: message`. */
export const problemsOf = (verdict: Verdict, check: CheckName): string[] =>
  verdict.checks.find((one) => one.check === check)!.problems.map(({ file, message }) => `${file}: ${message}`);

export const failingChecks = (verdict: Verdict): CheckName[] =>
  verdict.checks.filter(({ problems }) => problems.length > 0).map(({ check }) => check);

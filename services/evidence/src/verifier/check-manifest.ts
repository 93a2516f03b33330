import { sha256Hex } from '@countersign/shared/crypto';
import { asAppError } from '@countersign/shared/kernel';
import { createNoteVerifier, openNote, type VerifierKey } from '@countersign/shared/ledger';
import { kitNames } from '../domain/kit/kit-names.ts';
import { type Manifest, manifestNoteText } from '../domain/kit/manifest.ts';
import type { Check } from './examination.ts';
import { type KitFiles, readText } from './kit-files.ts';

const outside: ReadonlySet<string> = new Set([kitNames.manifest, kitNames.manifestNote]);

/** The manifest is signed by the ledger's key, and every file is the one that it names. */
export function checkManifest(files: KitFiles, manifest: Manifest, key: VerifierKey | undefined, check: Check): void {
  checkSignature(files, key, check);
  const listed = new Map(manifest.files.map((file) => [file.name, file]));
  check.demand(listed.size === manifest.files.length, kitNames.manifest, 'it names a file twice');
  for (const { name, size, sha256 } of manifest.files) {
    check.examine();
    const bytes = files.get(name);
    if (bytes === undefined) check.problem(name, 'it is missing');
    else if (bytes.length !== size) check.problem(name, `it has ${bytes.length} bytes, and the manifest says ${size}`);
    else if (sha256Hex(bytes) !== sha256)
      check.problem(
        name,
        `its content was changed: its SHA-256 is ${sha256Hex(bytes)}, and the manifest says ${sha256}`,
      );
  }
  for (const name of files.keys()) {
    if (!listed.has(name) && !outside.has(name)) check.problem(name, 'it is not in the manifest: it was added');
  }
}

function checkSignature(files: KitFiles, key: VerifierKey | undefined, check: Check): void {
  const [text, note] = [readText(files, kitNames.manifest) ?? '', readText(files, kitNames.manifestNote)];
  if (key === undefined) return;
  check.examine();
  if (note === undefined) return check.problem(kitNames.manifestNote, 'it is missing, or no text');
  try {
    const opened = openNote(note, [createNoteVerifier(key.name, key.publicKey)]);
    check.demand(
      opened.text === manifestNoteText(text),
      kitNames.manifest,
      'it is not the manifest that was signed: manifest.sig is about another one',
    );
  } catch (error) {
    check.problem(kitNames.manifestNote, `the ledger’s key has not signed it: ${reasonOf(error)}`);
  }
}

/** What a library of ours threw, for people. */
export function reasonOf(error: unknown): string {
  const known = asAppError(error);
  const cause = known === undefined ? undefined : asAppError((known as { cause?: unknown }).cause);
  return cause?.message ?? known?.message ?? String(error);
}

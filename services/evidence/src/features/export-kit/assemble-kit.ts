import { createNoteSigner, signNote } from '@countersign/shared/ledger';
import { deriveFiles } from '../../domain/kit/derive/derive-files.ts';
import type { KitData } from '../../domain/kit/facts/kit-data.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { formatManifest, manifestNoteText } from '../../domain/kit/manifest.ts';
import { maxFiles, maxKitBytes } from '../../domain/kit/zip/file-name.ts';
import { zipLength } from '../../domain/kit/zip/write-zip.ts';
import { compareNames } from '../../domain/kit/zip/file-name.ts';
import { kitTooLarge } from '../../domain/kit-errors.ts';
import type { LedgerKey } from '../../domain/ledger-key.ts';
import { composePage } from '../../verifier/page/compose-page.ts';
import { fileOf, type KitFile } from './kit-file.ts';

export interface KitParts {
  data: KitData;
  /** Leaves, proofs, bundles, texts, checkpoints: what the derived files follow from. */
  primary: readonly KitFile[];
  /** The text of the verifier. */
  verifier: string;
}

/** All files of a kit, with the manifest that the ledger's key signs. Throws AppError `EVIDENCE.KIT_TOO_LARGE`. */
export function assembleKit({ data, primary, verifier }: KitParts, key: LedgerKey): KitFile[] {
  const derived = [...deriveFiles(data)].map(([name, text]) => fileOf(name, text));
  const files = [
    ...primary,
    ...derived,
    fileOf(kitNames.ledgerKey, `${data.ledgerKey}\n`),
    fileOf(kitNames.verifierScript, verifier),
    fileOf(kitNames.verifierPage, composePage(verifier)),
  ].toSorted((a, b) => compareNames(a.name, b.name));
  const listed = files.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  const { range, head, ledgerKey } = data;
  const manifest = formatManifest({ range, head, ledgerKey, files: listed });
  const note = signNote(manifestNoteText(manifest), [createNoteSigner(key.origin, key.signer)]);
  const kit = [...files, fileOf(kitNames.manifest, manifest), fileOf(kitNames.manifestNote, note)];
  const bytes = zipLength(kit);
  if (kit.length > maxFiles || bytes > maxKitBytes)
    throw kitTooLarge({ files: kit.length, files_at_most: maxFiles, bytes, bytes_at_most: maxKitBytes });
  return kit;
}

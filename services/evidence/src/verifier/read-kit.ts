import { encodeBase64, parseCheckpoint, parseNote } from '@countersign/shared/ledger';
import { type KitBundle, readBundle } from '../domain/kit/facts/kit-bundle.ts';
import type { KitData } from '../domain/kit/facts/kit-data.ts';
import { type KitLeaf, readLeaf } from '../domain/kit/facts/kit-leaf.ts';
import { kitNames, numberOf } from '../domain/kit/kit-names.ts';
import type { Manifest } from '../domain/kit/manifest.ts';
import type { Examination } from './examination.ts';
import { type KitFiles, readText } from './kit-files.ts';
import { readCheckpoints } from './read-checkpoints.ts';

/** A kit whose files were read. */
export interface OpenKit {
  files: KitFiles;
  manifest: Manifest;
  data: KitData;
  /** The documents that appliances signed, by position. */
  documents: ReadonlyMap<number, string>;
}

/** Reads what the proofs are about; files that cannot be read are problems of the check that they belong to. */
export function readKit(files: KitFiles, manifest: Manifest, examination: Examination): OpenKit {
  const leaves: KitLeaf[] = [];
  const bundles: KitBundle[] = [];
  const documents = new Map<number, string>();
  const runbooks: string[] = [];
  for (const name of files.keys()) {
    const index = numberOf(name, kitNames.leaf);
    const position = numberOf(name, kitNames.bundle);
    if (index !== undefined) {
      const leaf = openLeaf(files, name, index);
      if (leaf === undefined)
        examination.check('leaves').problem(name, 'it is no canonical event, or names data that is not there');
      else leaves.push(leaf);
    } else if (position !== undefined) {
      const read = readBundle(position, readText(files, name) ?? '');
      if (read === undefined) {
        examination.check('bundles').problem(name, 'it is not the one spelling of the envelope of this position');
        continue;
      }
      bundles.push(read.bundle);
      documents.set(position, read.document);
    } else {
      const digest = /^runbooks\/([0-9a-f]{64})\.yaml$/.exec(name)?.[1];
      if (digest !== undefined) runbooks.push(digest);
    }
  }
  const { range, ledgerKey } = manifest;
  const checkpoints = readCheckpoints(files, examination.check('witnesses'));
  const head = readHead(files) ?? manifest.head;
  return { files, manifest, documents, data: { range, head, ledgerKey, leaves, bundles, runbooks, checkpoints } };
}

function openLeaf(files: KitFiles, name: string, index: number): KitLeaf | undefined {
  const text = readText(files, name);
  const leaf = text === undefined ? undefined : readLeaf(index, text);
  if (text === undefined || leaf === undefined || leaf.dataDigest === null) return leaf;
  const data = readText(files, kitNames.data(leaf.dataDigest));
  return data === undefined ? undefined : readLeaf(index, text, data);
}

function readHead(files: KitFiles): KitData['head'] | undefined {
  try {
    const { origin, size, root } = parseCheckpoint(parseNote(readText(files, kitNames.head) ?? '').text);
    return { origin, size, root: encodeBase64(root) };
  } catch {
    return undefined;
  }
}

import { sha256Hex } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileFault, wholeFile } from './file-fault.ts';

const largestFile = 256 * 1024;

/** A file as published: `digest` is over its bytes, `source` is their text, exactly. */
export interface RunbookSource {
  file: string;
  source: string;
  digest: string;
}

export interface ReadFiles {
  sources: RunbookSource[];
  faults: FileFault[];
}

/**
 * Reads each `*.yaml` of the directory, in the order of the names. Whatever else lies there is a fault: a runbook with a
 * misspelt extension must not vanish without a word. Names with a leading dot are left out (a mounted Kubernetes
 * ConfigMap has `..data`).
 */
export async function readRunbookFiles(directory: string): Promise<ReadFiles> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new AppError('RUNBOOKS.CATALOGUE_UNREADABLE', 'unavailable', `cannot read the catalogue ${directory}`, {
      cause,
    });
  });
  const visible = names.filter((name) => !name.startsWith('.')).toSorted();
  const read: ReadFiles = { sources: [], faults: [] };
  for (const file of visible) {
    const outcome = await readRunbookFile(directory, file);
    if ('message' in outcome) {
      read.faults.push(outcome);
    } else {
      read.sources.push(outcome);
    }
  }
  return visible.length > 0 ? read : { ...read, faults: [wholeFile('.', `there is no runbook in ${directory}`)] };
}

async function readRunbookFile(directory: string, file: string): Promise<RunbookSource | FileFault> {
  if (!file.endsWith('.yaml')) {
    return wholeFile(file, 'the catalogue holds nothing but runbooks, named <id>.yaml');
  }
  try {
    // Asked before it is opened: reading a pipe would wait for ever, and reading a huge file would fill the memory.
    const { size, isFile } = await stat(join(directory, file)).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (!isFile) {
      return wholeFile(file, 'is not a file');
    }
    const bytes = size > largestFile ? null : await readFile(join(directory, file));
    if (bytes === null || bytes.length > largestFile) {
      return wholeFile(file, `has more than ${largestFile} bytes`);
    }
    return { file, source: decode(bytes), digest: sha256Hex(bytes) };
  } catch (error) {
    return wholeFile(file, error instanceof TypeError ? 'is not UTF-8' : `cannot be read: ${(error as Error).message}`);
  }
}

/** Keeps a byte order mark, and refuses what is not UTF-8: the text must give back the bytes of the digest. */
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

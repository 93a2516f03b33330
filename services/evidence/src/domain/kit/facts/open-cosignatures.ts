import { type NoteSignature, openCosignature } from '@countersign/shared/ledger';
import type { KitCosignature } from './kit-data.ts';

/**
 * The cosignatures under a checkpoint's text that hold, given the witnesses' keys by name; `refuse` is told of every other.
 */
export function openCosignatures(
  text: string,
  signatures: readonly NoteSignature[],
  witnesses: ReadonlyMap<string, string>,
  refuse: (name: string) => void,
): KitCosignature[] {
  return signatures.flatMap((signature) => {
    const { name } = signature;
    const publicKey = witnesses.get(name);
    const opened = publicKey === undefined ? undefined : openOne(signature, text, name, publicKey);
    if (opened === undefined || publicKey === undefined) {
      refuse(name);
      return [];
    }
    return [{ name, publicKey, time: opened }];
  });
}

function openOne(signature: NoteSignature, text: string, name: string, publicKey: string): string | undefined {
  try {
    const time = openCosignature(signature, text, { name, publicKey })?.time;
    return time === undefined ? undefined : new Date(time * 1000).toISOString();
  } catch {
    return undefined; // a key that must not be trusted, or a time that no calendar has
  }
}

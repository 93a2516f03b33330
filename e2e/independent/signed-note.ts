import { type Bytes, utf8 } from './bytes.ts';
import { verifyCosignedTime } from './cosignature.ts';
import { verifyEd25519 } from './ed25519.ts';
import { demand, refuse } from './refusal.ts';
import { readSignatureLine, type SignatureLine } from './signature-line.ts';
import { cosignature, type Vkey } from './vkey.ts';

export interface SignedNote {
  /** With its last newline. */
  text: string;
  /** By whom of those that were asked for. */
  signers: Vkey[];
  /** Lines of keys that nobody asked for: of no meaning. */
  unknown: SignatureLine[];
}

const mostSignatures = 100;

function decode(note: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
  } catch {
    return refuse('note: not UTF-8');
  }
}

async function holds(key: Vkey, text: string, signature: Bytes): Promise<boolean> {
  if (key.type !== cosignature) return verifyEd25519(key.publicKey, utf8(text), signature);
  await verifyCosignedTime(signature, text, key.publicKey);
  return true;
}

/** C2SP signed-note. At least one of the keys must have signed it, and a bad signature of any of them spoils it. */
export async function openSignedNote(bytes: Uint8Array | string, vkeys: readonly Vkey[]): Promise<SignedNote> {
  const note = typeof bytes === 'string' ? bytes : decode(bytes);
  demand(!/\p{Surrogate}/u.test(note), 'note: not Unicode');
  // oxlint-disable-next-line no-control-regex
  demand(!/[\u0000-\u0009\u000b-\u001f]/.test(note), 'note: control characters');
  const end = note.lastIndexOf('\n\n');
  demand(end >= 0, 'note: no blank line before the signatures');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  demand(lines.pop() === '', 'note: the last line has no newline');
  demand(lines.length > 0 && lines.length <= mostSignatures, 'note: no signatures, or too many');

  const signers = new Set<Vkey>();
  const unknown: SignatureLine[] = [];
  for (const line of lines.map(readSignatureLine)) {
    const keys = vkeys.filter(({ name, keyId }) => name === line.name && keyId === line.keyId);
    demand(keys.length <= 1, `note: two keys ${line.name}+${line.keyId}`);
    const [key] = keys;
    if (key === undefined) {
      unknown.push(line);
      continue;
    }
    demand(await holds(key, text, line.signature), `note: the signature of ${key.name} does not hold`);
    signers.add(key);
  }
  demand(signers.size > 0, 'note: no signature by a known key');
  return { text, signers: [...signers], unknown };
}

import { openPrivateKey, type Signer, toHex } from '@countersign/shared/crypto';
import { parseVkey, vkeyOf } from '@countersign/shared/ledger';

/** The key of the log, and the log's name. */
export interface LedgerKey {
  origin: string;
  signer: Signer;
  /** 64 hex. */
  publicKey: string;
  /** By which verifiers are told the key (C2SP vkey). */
  verifierKey: string;
  /** 8 hex, of name and key (C2SP signed-note). */
  keyId: string;
}

/** Opens the key that signs checkpoints. Throws AppError `CRYPTO.NO_SIGNING_KEY` for what is none: no key, no start. */
export function openLedgerKey(text: string, origin: string, passphrase?: string): LedgerKey {
  const signer = openPrivateKey(text, passphrase);
  const verifierKey = vkeyOf(origin, signer.publicKey);
  return { origin, signer, publicKey: signer.publicKey, verifierKey, keyId: toHex(parseVkey(verifierKey).keyId) };
}

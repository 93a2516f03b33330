import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ed25519 } from '@countersign/shared/crypto/portable';
import { AppError } from '@countersign/shared/kernel';
import { type LogKey, parseVkey, signatureType } from '@countersign/shared/ledger';
import { createDurably } from '../state/exclusive-file.ts';

/** The one ledger that this box believes, by its key. */
export interface PinnedKey extends LogKey {
  /** The key as a C2SP vkey; its name is the origin of the ledger. */
  verifierKey: string;
}

export interface PinKeyOptions {
  /** The witness's part of the state folder. */
  folder: string;
  /** The vkey of the settings. */
  configured?: string | undefined;
  /** Asks the gateway for its vkey; undefined when it has none to give now. */
  fetchKey: () => Promise<string | undefined>;
  ed25519: Ed25519;
}

/**
 * The key that was pinned, or that is pinned now: that of the settings, else the first one that the gateway gives, which
 * TLS vouches for as it does for the order keys. Once on disk it is never replaced; undefined: there is none yet.
 *
 * Throws AppError `APPLIANCE.BAD_SETTING` when the settings name another key than the one that is pinned, or none.
 */
export async function pinKey({ folder, configured, fetchKey, ed25519 }: PinKeyOptions): Promise<PinnedKey | undefined> {
  const path = join(folder, 'ledger-key');
  const wanted = configured === undefined ? undefined : openKey(configured.trim(), ed25519);
  let pinned = await readPinned(path);
  if (pinned === undefined) {
    const first = wanted?.verifierKey ?? (await readOffer(fetchKey, ed25519));
    if (first === undefined) return undefined;
    await createDurably(path, `${first}\n`);
    pinned = (await readPinned(path))!;
  }
  if (wanted !== undefined && wanted.verifierKey !== pinned) {
    const message = `The ledger of the settings is not the one that this box has watched; see ${path}`;
    throw new AppError('APPLIANCE.BAD_SETTING', 'invalid', message);
  }
  return openKey(pinned, ed25519);
}

/** What the gateway offers, when it is a key at all: nothing else may be pinned for good. */
async function readOffer(fetchKey: PinKeyOptions['fetchKey'], ed25519: Ed25519): Promise<string | undefined> {
  const offer = (await fetchKey())?.trim();
  try {
    return offer === undefined ? undefined : openKey(offer, ed25519).verifierKey;
  } catch {
    return undefined;
  }
}

async function readPinned(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function openKey(verifierKey: string, ed25519: Ed25519): PinnedKey {
  try {
    const { name, publicKey, type } = parseVkey(verifierKey);
    if (type === signatureType.ed25519) return { verifierKey, origin: name, publicKey, ed25519 };
  } catch (cause) {
    throw noKey(cause);
  }
  throw noKey();
}

const noKey = (cause?: unknown) =>
  new AppError('APPLIANCE.BAD_SETTING', 'invalid', 'The key of the ledger is no C2SP vkey of Ed25519.', { cause });

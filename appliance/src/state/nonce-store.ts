import { readFile } from 'node:fs/promises';
import type { Clock } from '@countersign/shared/kernel';
import { writeDurably } from './durable-file.ts';

/** Nonces that were spent on this box. */
export interface NonceStore {
  has: (nonce: string) => boolean;
  /**
   * Spends a nonce for an order; false when another order has spent it. Resolves when that would survive a power cut:
   * only then may the order be carried out.
   */
  spend: (nonce: string, orderId: string) => Promise<boolean>;
}

/** Longer than any order that this box accepts can live; see `maxTtlSeconds`. */
export const nonceKeptMs = 2 * 3_600_000;

interface Spent {
  orderId: string;
  /** Milliseconds since 1970. */
  at: number;
}

const line = /^([0-9a-f]{32}) ([0-9a-f]{16}) (\d{1,15})$/;

/**
 * Opens the file of spent nonces: a line for each, with its order and the time. The few orders of two hours make a
 * small file, so each new nonce writes it anew, whole and without those that are older; nothing is ever half written.
 */
export async function openNonceStore(path: string, clock: Clock): Promise<NonceStore> {
  const spent = new Map<string, Spent>();
  for (const text of (await readIfThere(path)).split('\n')) {
    const [, nonce, orderId, at] = line.exec(text) ?? [];
    if (nonce !== undefined && orderId !== undefined) spent.set(nonce, { orderId, at: Number(at) });
  }

  let lastWrite: Promise<unknown> = Promise.resolve();
  async function spend(nonce: string, orderId: string): Promise<boolean> {
    const known = spent.get(nonce);
    if (known !== undefined) return known.orderId === orderId;
    const now = clock.now().getTime();
    for (const [old, { at }] of spent) if (at < now - nonceKeptMs) spent.delete(old);
    const kept = [...spent, [nonce, { orderId, at: now }] as const];
    await writeDurably(path, kept.map(([text, by]) => `${text} ${by.orderId} ${by.at}\n`).join(''));
    spent.set(nonce, { orderId, at: now });
    return true;
  }

  return {
    has: (nonce) => spent.has(nonce),
    spend(nonce, orderId) {
      const done = lastWrite.then(() => spend(nonce, orderId));
      lastWrite = done.catch(() => undefined); // whoever asked learns of it; the next one may fare better
      return done;
    },
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

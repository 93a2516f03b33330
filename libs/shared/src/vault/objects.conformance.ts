import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { type StoredObject, type Vault, type VaultObject } from './vault.ts';

/** What a driver must bring to be judged: a fresh vault, and one whose store goes down after it was opened. */
export interface VaultUnderTest {
  openEmpty(): Promise<Vault>;
  /** The calls of this one must fail within `downWithinMs`. */
  openAndTakeDown(): Promise<Vault>;
  downWithinMs: number;
}

export const retainUntil = new Date(Date.now() + 3_600_000);
export const anObject = (change: Partial<VaultObject> = {}): VaultObject => ({
  key: `clinic-7/2026/01/10/${randomBytes(8).toString('hex')}.json`,
  bytes: randomBytes(2000),
  contentType: 'application/json',
  retainUntil,
  ...change,
});
export const failsWith = (code: string, kind: string): unknown => expect.objectContaining({ code, kind });
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Who finds an object there sees when the store says that it was made, which is not to the millisecond. */
export const sameAs = (stored: StoredObject): unknown => ({
  ...stored,
  storedAt: expect.toSatisfy(
    (time: Date) => Math.abs(time.getTime() - stored.storedAt.getTime()) < 2000,
    `about ${stored.storedAt.toISOString()}`,
  ) as unknown,
});

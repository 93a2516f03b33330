import { asAppError } from '@countersign/shared/kernel';
import { isSameBytes } from '@countersign/shared/ledger';
import type { ObjectVersionInfo, Retention, Vault } from '@countersign/shared/vault';
import { type Fault, objectItem } from './fault.ts';
import type { Pace } from './pace.ts';

export type ScrubbedVault = Pick<Vault, 'scheme' | 'get' | 'versions' | 'getRetention' | 'listKeys' | 'check'>;

/** A version with its bytes, and what else there is under its key, the newest first. */
export interface KeptObject {
  key: string;
  versionId: string;
  bytes: Uint8Array;
  versions: ObjectVersionInfo[];
}

/** What the walk reads from the vault: at its pace, and counted. What is not there is undefined and no error. */
export class VaultReads {
  readonly vault: ScrubbedVault;
  /** Objects read so far. */
  objects = 0;
  private readonly pace: Pace;

  constructor(vault: ScrubbedVault, pace: Pace) {
    this.vault = vault;
    this.pace = pace;
  }

  /** Waits for its turn, for what costs about as much as an object. */
  pause(): Promise<void> {
    return this.pace.take();
  }

  async get(key: string, versionId: string): Promise<Uint8Array | undefined> {
    await this.pace.take();
    this.objects += 1;
    return unlessMissing(this.vault.get(key, versionId));
  }

  async versions(key: string): Promise<ObjectVersionInfo[]> {
    return (await unlessMissing(this.vault.versions(key))) ?? [];
  }

  retention(key: string, versionId: string): Promise<Retention | undefined> {
    return unlessMissing(this.vault.getRetention(key, versionId));
  }

  /** The first version under a key: what a vault keeps there once is ours, and all that comes later is not. */
  async first(key: string): Promise<KeptObject | undefined> {
    const versions = await this.versions(key);
    const oldest = versions.findLast(({ isDeleteMarker }) => !isDeleteMarker);
    if (oldest === undefined) return undefined;
    const bytes = await this.get(key, oldest.versionId);
    return bytes && { key, versionId: oldest.versionId, bytes, versions };
  }

  /** What somebody put above our version of a key. Two writers of ours may have put the same bytes: that is no fault. */
  async faultsAbove({ key, versionId, bytes, versions }: KeptObject, siteId: string | null): Promise<Fault[]> {
    const newest = versions[0];
    if (newest === undefined || newest.versionId === versionId) return [];
    const facts = { newest_version_id: newest.versionId, newest_at: newest.lastModified.toISOString() };
    const about = { item: objectItem(key, versionId), siteId, facts };
    const whole = 'the version that was recorded is still there, whole';
    if (newest.isDeleteMarker)
      return [
        { kind: 'object-delete-marked', ...about, detail: `Somebody put a delete marker over the key; ${whole}.` },
      ];
    const above = await this.get(key, newest.versionId);
    if (above !== undefined && isSameBytes(above, bytes)) return [];
    return [{ kind: 'object-overwritten', ...about, detail: `Somebody put other bytes under the key; ${whole}.` }];
  }
}

/** A key that no vault would write names nothing that it keeps. */
async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (['VAULT.OBJECT_NOT_FOUND', 'VAULT.BAD_KEY'].includes(asAppError(error)?.code ?? '')) return undefined;
    throw error;
  }
}

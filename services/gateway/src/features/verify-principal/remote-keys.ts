import type { CryptoKey } from 'jose';
import { AppError } from '@countersign/shared/kernel';
import { type IssuerKey, pickKey } from './key-set.ts';
import type { TokenHeader } from './read-token-header.ts';

/** All times are milliseconds. */
export interface RemoteKeysOptions {
  load: () => Promise<IssuerKey[]>;
  /** How long known keys are good while no newer ones can be had. */
  staleMs: number;
  /** Older ones are fetched anew, while nobody waits for it. */
  freshMs?: number;
  /** Between two fetches: a key that nobody knows, or an issuer that is away, costs one per so long. */
  coolDownMs?: number;
  onFailure?: (error: unknown) => void;
  now?: () => number;
}

/**
 * Finds keys of an issuer that publishes them under a URL. One that is not known is looked for once more, since its
 * issuer may have made it meanwhile; one that its issuer took back is good until the next fetch.
 */
export function createRemoteKeys({
  load,
  staleMs,
  freshMs = 300_000,
  coolDownMs = 30_000,
  onFailure = () => {},
  now = Date.now,
}: RemoteKeysOptions): (header: TokenHeader) => Promise<CryptoKey | undefined> {
  let keys: IssuerKey[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let loading: Promise<void> | undefined;

  async function reload(): Promise<void> {
    const askedAt = now();
    try {
      keys = await load();
      loadedAt = askedAt;
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      onFailure(error);
    }
    triedAt = now();
    loading = undefined;
  }
  const isTooOld = (): boolean => now() - loadedAt > staleMs;
  /** Asks again unless it was asked a moment ago; who comes while it is asked waits for the same answer. */
  async function refresh(): Promise<void> {
    const pauseMs = hasFailed || isTooOld() ? coolDownMs / 10 : coolDownMs;
    if (loading === undefined && now() - triedAt < pauseMs) return;
    await (loading ??= reload());
  }
  const away = (): AppError =>
    new AppError('AUTH.KEYS_UNAVAILABLE', 'unavailable', "The issuer's keys cannot be fetched just now.", {
      retryAfterSeconds: 5,
    });

  return async (header) => {
    if (isTooOld()) await refresh();
    else if (now() - loadedAt > freshMs) void refresh();
    if (isTooOld()) throw away();
    const known = pickKey(keys, header);
    if (known !== undefined) return known;
    await refresh();
    const found = pickKey(keys, header);
    if (found === undefined && hasFailed) throw away();
    return found;
  };
}

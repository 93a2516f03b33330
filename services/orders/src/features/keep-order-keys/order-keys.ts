import type { SigningKey } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { chooseKey, keysToTell, knownWithinMs } from '../../domain/order-keys.ts';
import type { KeysAtMoment, OrderKeyRepository } from '../../persistence/order-key.repository.ts';
import type { HeldKeys } from './held-keys.ts';

export interface OrderKeysOptions {
  repository: Pick<OrderKeyRepository, 'read'>;
  held: Pick<HeldKeys, 'list'>;
  ttlMs: number;
  /** Milliseconds that pass evenly, whatever is done to the clock. */
  ticks?: () => number;
}

/** What this process knows of the keys of orders, never older than `knownWithinMs` when it is used. */
export class OrderKeys {
  readonly #options: OrderKeysOptions;
  readonly #ticks: () => number;
  #known: (KeysAtMoment & { readAt: number }) | undefined;
  #reading: Promise<unknown> | undefined;

  constructor(options: OrderKeysOptions) {
    this.#options = options;
    this.#ticks = options.ticks ?? (() => performance.now());
  }

  /** What an order of now is signed with. Throws AppError `ORDERS.NO_SIGNING_KEY` (unavailable) when there is none. */
  async signer(): Promise<SigningKey> {
    const { keys, now } = await this.#view();
    const held = new Map(this.#options.held.list().map((key) => [key.keyId, key]));
    const chosen = chooseKey(keys, { held: new Set(held.keys()), now, ttlMs: this.#options.ttlMs });
    if (chosen === undefined) {
      throw new AppError(
        'ORDERS.NO_SIGNING_KEY',
        'unavailable',
        'This process does not hold the key that orders are signed with now.',
      );
    }
    return held.get(chosen.keyId)!;
  }

  /** The public keys that appliances are told, 64 hex each: the one that signs, the one before it, the next one. */
  async told(): Promise<string[]> {
    const { keys, now } = await this.#view();
    return keysToTell(keys, now).map((key) => key.publicKey);
  }

  /** Reads them again; callers at the same moment share one question. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  /** Milliseconds since what is known was so. */
  ageMs(): number {
    return this.#known === undefined ? Number.POSITIVE_INFINITY : this.#ticks() - this.#known.readAt;
  }

  /** `now` by the database's clock. */
  async #view(): Promise<{ keys: KeysAtMoment['keys']; now: number }> {
    if (this.ageMs() > knownWithinMs) await this.refresh();
    const { keys, now } = this.#known!;
    return { keys, now: now.getTime() + this.ageMs() };
  }

  async #read(): Promise<void> {
    const readAt = this.#ticks();
    this.#known = { ...(await this.#options.repository.read()), readAt };
  }
}

import { asAppError, AppError, type Clock } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';

export interface ApplianceName {
  site_id: string;
  host_id: string;
}

export interface EnrolledKey {
  /** 64 hex; null when the appliance has none. */
  key: string | null;
  /** Asked for earlier: it may have been replaced meanwhile. */
  remembered: boolean;
}

export interface ApplianceKeysOptions {
  requester: Pick<Requester, 'ask'>;
  clock: Clock;
  /** Keys remembered at most. */
  max?: number;
  /** How long a replaced key may still be taken here. */
  goodForMs?: number;
}

/**
 * The enrolled keys, which orders owns. A key is remembered for 5 s, as credentials are; that an appliance has none is not, for with
 * its first check-in it has one, and from then on an unsigned bundle is refused.
 */
export class ApplianceKeys {
  private readonly options: ApplianceKeysOptions;
  /** In the order of last use. */
  private readonly known = new Map<string, { key: string; until: number }>();

  constructor(options: ApplianceKeysOptions) {
    this.options = options;
  }

  async find(appliance: ApplianceName): Promise<EnrolledKey> {
    const name = nameOf(appliance);
    const known = this.known.get(name);
    if (known === undefined || known.until <= this.options.clock.now().getTime()) {
      return { key: await this.ask(appliance), remembered: false };
    }
    this.known.delete(name);
    this.known.set(name, known);
    return { key: known.key, remembered: true };
  }

  /** The key as orders has it now. Throws AppError `MESSAGING.UNAVAILABLE` when orders does not say. */
  async ask({ site_id, host_id }: ApplianceName): Promise<string | null> {
    const { requester, clock, max = 50_000, goodForMs = 5_000 } = this.options;
    const name = nameOf({ site_id, host_id });
    const answer = await requester.ask('rpc.orders.appliance-key.v1', { site_id, host_id }).catch((error: unknown) => {
      // Whatever ails orders: without its answer nothing is judged, and nothing is given up.
      throw asUnavailable(error);
    });
    this.known.delete(name);
    if (answer.public_key !== null) {
      this.known.set(name, { key: answer.public_key, until: clock.now().getTime() + goodForMs });
      if (this.known.size > max) this.known.delete(this.known.keys().next().value!);
    }
    return answer.public_key;
  }
}

const nameOf = ({ site_id, host_id }: ApplianceName) => `${site_id}\n${host_id}`;

function asUnavailable(error: unknown): AppError {
  const known = asAppError(error);
  if (known?.kind === 'unavailable') return known;
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'Orders does not say which key the appliance has.', {
    cause: error,
    retryAfterSeconds: 2,
  });
}

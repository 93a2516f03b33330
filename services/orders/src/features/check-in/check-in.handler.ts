import type { ResponseOf, SignedOrder } from '@countersign/shared/contracts';
import { AppError, type Clock } from '@countersign/shared/kernel';
import type { Messaging, RequestResult } from '@countersign/shared/messaging';
import { type CheckIn, type CheckInGroup, planCheckIns } from '../../domain/check-in.ts';
import { superseded } from '../../domain/enrolment-errors.ts';
import { keyConflict } from '../../domain/order-errors.ts';
import { openStoredOrder } from '../../domain/order-page.ts';
import type { ApplianceRepository } from '../../persistence/appliance.repository.ts';
import { describeRegistered } from '../describe-events/describe-events.ts';
import type { FetchOrders } from '../poll-orders/fetch-orders.ts';
import { createCheckKey } from './check-key.ts';

export type CheckInAppliances = (checkIns: CheckIn[]) => Promise<RequestResult<ResponseOf<'rpc.orders.check-in.v1'>>[]>;

export interface CheckInAppliancesOptions {
  repository: Pick<ApplianceRepository, 'checkIn'>;
  fetchOrders: FetchOrders;
  messaging: Pick<Messaging, 'publish'>;
  /** The server's public keys as appliances are told them: the one that signs comes first. */
  toldKeys: () => Promise<readonly string[]>;
  clock: Clock;
}

/** Orders that an answer carries; more come by poll. */
const ordersAtMost = 50;

type Outcome = 'registered' | 'updated' | AppError;

/** Registers or updates appliances: all that came together with one statement, and one for their orders. */
export function createCheckInAppliances(options: CheckInAppliancesOptions): CheckInAppliances {
  const { repository, fetchOrders, messaging, toldKeys, clock } = options;
  const checkKey = createCheckKey();

  async function checkIn(groups: readonly CheckInGroup[], at: Date): Promise<Outcome[]> {
    const refusals = groups.map(({ checkIn: { public_key } }) => (public_key ? checkKey(public_key) : undefined));
    const accepted = groups.flatMap((group, index) => (refusals[index] ? [] : [{ index, checkIn: group.checkIn }]));
    const outcomes: Outcome[] = groups.map((_, index) => refusals[index] ?? keyConflict());
    if (accepted.length === 0) return outcomes;
    const { registered, isSuperseded, rows } = await repository.checkIn(
      accepted.map((one) => one.checkIn),
      at,
      (one) => describeRegistered(one, at),
    );
    messaging.publish(rows);
    for (const [place, isNew] of registered) outcomes[accepted[place]!.index] = isNew ? 'registered' : 'updated';
    for (const place of isSuperseded) outcomes[accepted[place]!.index] = superseded();
    return outcomes;
  }

  async function findOrders(groups: readonly CheckInGroup[]): Promise<SignedOrder[][]> {
    const queries = groups.map(({ checkIn: { site_id, host_id, credential_epoch } }) => ({
      siteId: site_id,
      hostId: host_id,
      after: null,
      limit: ordersAtMost,
      epoch: credential_epoch ?? null,
    }));
    const found = (await fetchOrders.find(queries)).map((orders) => orders.slice(0, ordersAtMost));
    await fetchOrders.deliver(found.flat());
    return found.map((orders) => orders.map(openStoredOrder));
  }

  return async (checkIns) => {
    const serverKeys = await toldKeys();
    const answers: RequestResult<ResponseOf<'rpc.orders.check-in.v1'>>[] = [];
    for (const groups of planCheckIns(checkIns)) {
      const at = clock.now();
      const outcomes = await checkIn(groups, at);
      const known = groups.filter((_, index) => !(outcomes[index] instanceof AppError));
      const orders = await findOrders(known);
      groups.forEach((group, index) => {
        const outcome = outcomes[index]!;
        group.places.forEach((place, repeat) => {
          if (outcome instanceof AppError) {
            answers[place] = outcome;
            return;
          }
          answers[place] = {
            status: 'ok',
            action: repeat === 0 ? outcome : 'updated',
            timestamp: at.toISOString(),
            server_public_key: serverKeys[0]!,
            server_public_keys: [...serverKeys],
            pending_orders: orders[known.indexOf(group)]!,
          };
        });
      });
    }
    return answers;
  };
}

import { randomBytes } from 'node:crypto';
import type { RequestOf } from '@countersign/shared/contracts';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { AppError, newId } from '@countersign/shared/kernel';
import { checkInOf, type Orders } from './start-orders.ts';

type Question = RequestOf<'rpc.orders.enrol-appliance.v1'>;

export const newKey = (): string => nodeEd25519.publicKeyOf(randomBytes(32).toString('hex'));
export const codeOf = (answer: unknown): unknown => (answer instanceof AppError ? answer.code : answer);

/** The first enrolment of box-1 of a site, unless told otherwise. */
export const enrolment = (site_id: string, changes: Partial<Question> = {}): Question => ({
  enrolment_id: newId(),
  site_id,
  host_id: 'box-1',
  public_key: newKey(),
  token_id: newId(),
  authorised_by: newId(),
  ...changes,
});

/** What a gateway asks about the appliances of a site, one at a time. */
export function callsTo(orders: () => Orders) {
  return {
    enrol: async (question: Question, by = orders()) => (await by.enrol([question]))[0]!,
    checkIn: async (site_id: string, changes: object = {}, by = orders()) =>
      (await by.checkIn([checkInOf(site_id, changes)]))[0]!,
    async poll(site_id: string, changes: object = {}) {
      const [answer] = await orders().poll([{ site_id, limit: 50, etag: null, ...changes }]);
      type Order = { order_id: string; target_appliance_id: string; appliance_epoch?: number };
      return (answer as { page: { orders: Order[] } }).page.orders;
    },
    acknowledge: async (site_id: string, order_id: string, changes: object = {}) =>
      (await orders().acknowledge([{ site_id, order_id, principal_id: newId(), ...changes }]))[0]!,
    async keysOf(site_id: string) {
      const sql =
        'select public_key, epoch, valid_from, valid_until from appliance_key_validity where site_id = $1 order by valid_from';
      return (await orders().pool.query(sql, [site_id])).rows;
    },
  };
}

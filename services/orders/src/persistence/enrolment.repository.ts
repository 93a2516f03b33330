import type { Pool, PoolClient } from 'pg';
import type { ApplianceEnrolled, RequestOf } from '@countersign/shared/contracts';
import { keyIdOf } from '@countersign/shared/crypto';
import { defineStatement, type OutboxRow, runInTransaction } from '@countersign/shared/persistence';
import { judgeSuperseded, type OverdueOrder } from '../domain/close-order.ts';
import { closeOrders, type DescribeClosed } from './close-orders.ts';
import { say } from './outbox-row.ts';

export type EnrolmentQuestion = RequestOf<'rpc.orders.enrol-appliance.v1'>;

/** What an enrolment has done. */
export interface Enrolled extends Omit<ApplianceEnrolled, 'enrolled_at'> {
  enrolledAt: Date;
  traceparent: string | undefined;
}

export interface DescribeEnrolment {
  enrolled: (enrolled: Enrolled) => string;
  closed: DescribeClosed;
}

/** `taken`: somebody has or had the key. `superseded`: a later enrolment of the appliance has taken the place of this one. */
export type EnrolmentOutcome = { epoch: number; enrolledAt: Date; rows: OutboxRow[] } | 'taken' | 'superseded';

// Two appliances that enrol one key at the same moment: the second sees what the first did.
const lockKey = defineStatement(
  'lock-enrolled-key',
  `select pg_advisory_xact_lock(hashtextextended('orders.enrol:' || $1, 0))`,
);

const findEnrolment = defineStatement<{ epoch: number; enrolled_at: Date; newest: number }>(
  'find-enrolment',
  `select e.epoch, e.enrolled_at,
     (select a.epoch from appliances a where a.site_id = e.site_id and a.host_id = e.host_id) as newest
   from enrolments e where e.enrolment_id = $1`,
);

const register = defineStatement(
  'register-enrolled-appliance',
  `insert into appliances (site_id, host_id, deployment_mode, policy_version, registered_at, last_checkin)
   values ($1, $2, 'direct', '1.0', $3, $3) on conflict do nothing`,
);

// Holds off whoever signs orders for it (issue-orders.sql) until this commits.
const lockAppliance = defineStatement<{ epoch: number; public_key: string | null; public_key_since: Date | null }>(
  'lock-appliance',
  'select epoch, public_key, public_key_since from appliances where site_id = $1 and host_id = $2 for update',
);

const findHolders = defineStatement<{ site_id: string; host_id: string }>(
  'find-key-holders',
  'select site_id, host_id from appliance_keys where public_key = $1',
);

const supersede = defineStatement(
  'supersede-key',
  `with appliance as (
     update appliances set epoch = $3, public_key = $4, public_key_since = $5 where site_id = $1 and host_id = $2
   ), key as (
     insert into appliance_keys (site_id, host_id, epoch, public_key, enrolled_at) values ($1, $2, $3, $4, $5)
   )
   insert into enrolments (site_id, host_id, epoch, public_key, enrolled_at, enrolment_id, previous_key_id, token_id, authorised_by)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

const lockOpenOrders = defineStatement<OverdueOrder>(
  'lock-open-orders-of-appliance',
  `select order_id, site_id, host_id, status from orders
   where site_id = $1 and host_id = $2 and closed_at is null order by order_id for no key update`,
);

/** The enrolments of appliances: a key takes the place of the one before in one commit with all that follows from it. */
export class EnrolmentRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Makes the key the current one, begins the next epoch, ends every open order of the epoch before, and says so. An
   * enrolment that was done before has its first answer, unless the appliance has enrolled since.
   */
  enrol(question: EnrolmentQuestion, at: Date, describe: DescribeEnrolment): Promise<EnrolmentOutcome> {
    return runInTransaction(this.pool, async (client) => {
      const { site_id, host_id, public_key, enrolment_id } = question;
      await lockKey.run(client, [public_key]);
      const [done] = await findEnrolment.run(client, [enrolment_id]);
      if (done) {
        if (done.newest > done.epoch) return 'superseded';
        return { epoch: done.epoch, enrolledAt: done.enrolled_at, rows: [] };
      }
      await register.run(client, [site_id, host_id, at]);
      const [before] = await lockAppliance.run(client, [site_id, host_id]);
      const isOwn = before!.public_key === public_key;
      const holders = await findHolders.run(client, [public_key]);
      if (holders.some((one) => one.site_id !== site_id || one.host_id !== host_id || !isOwn)) return 'taken';
      return supersedeKey(client, { question, before: before!, at, describe });
    });
  }
}

interface Superseding {
  question: EnrolmentQuestion;
  before: { epoch: number; public_key: string | null; public_key_since: Date | null };
  at: Date;
  describe: DescribeEnrolment;
}

async function supersedeKey(client: PoolClient, superseding: Superseding): Promise<EnrolmentOutcome> {
  const { question, before, at, describe } = superseding;
  const { site_id, host_id, public_key, enrolment_id, token_id, authorised_by, traceparent } = question;
  const epoch = before.epoch + 1;
  // Later than the key before, whatever the clock was set to meanwhile: the order of the keys is that of their use.
  const enrolledAt = new Date(Math.max(at.getTime(), (before.public_key_since?.getTime() ?? 0) + 1));
  const previous_key_id = before.public_key === null ? null : keyIdOf(before.public_key);
  await supersede.run(client, [
    site_id,
    host_id,
    epoch,
    public_key,
    enrolledAt,
    enrolment_id,
    previous_key_id,
    token_id,
    authorised_by,
  ]);
  const open = await lockOpenOrders.run(client, [site_id, host_id]);
  const { closed, rows } = await closeOrders(client, open.map(judgeSuperseded), at, describe.closed);
  const event = describe.enrolled({
    site_id,
    host_id,
    public_key,
    epoch,
    previous_key_id,
    cancelled_orders: closed.length,
    enrolment_id,
    token_id,
    authorised_by,
    enrolledAt,
    traceparent,
  });
  return { epoch, enrolledAt, rows: [...rows, ...(await say(client, 'orders.appliance-enrolled.v1', [event]))] };
}

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { nodeEd25519, orderIdFor } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { type Orders, recorded, selected, startOrders } from './start-orders.ts';

let database: TestDatabase;
let admin: Pool;
let orders: Orders;

/** Every index (or table) that the plan of a statement may read. */
const mayRead: Record<string, string[]> = {
  'issue-orders': ['appliances_pkey'],
  'find-orders-of-incidents': ['order_incidents_pkey'],
  'find-orders-of-site-incidents': ['order_incidents_pkey', 'orders_pkey'],
  'find-open-orders': ['orders_to_fetch', 'appliances_pkey'],
  'find-page-starts': ['orders_pkey'],
  'deliver-orders': ['orders_pkey'],
  'find-order-fates': ['orders_pkey', 'appliances_pkey'],
  'acknowledge-orders': ['orders_pkey'],
  'note-inbox': [],
  'close-orders': ['orders_pkey'],
  'keep-late-evidence': ['orders_pkey'],
  'claim-overdue-orders': ['orders_deadline'],
  'lock-open-order': ['orders_one_open'],
  'join-order': ['orders_pkey'],
  say: [],
  'check-in-appliances': ['appliances_pkey'],
  'watch-appliances': ['appliances_to_watch', 'appliances_pkey'],
  'find-appliance-keys': ['appliances_pkey'],
  'find-appliance-epochs': ['appliances_pkey'],
  'lock-appliance-epoch': ['appliances_pkey'],
  'lock-enrolled-key': [],
  'find-enrolment': ['enrolments_pkey', 'appliances_pkey'],
  'register-enrolled-appliance': [],
  'lock-appliance': ['appliances_pkey'],
  'find-key-holders': ['appliance_keys_by_key'],
  'supersede-key': ['appliances_pkey'],
  'lock-open-orders-of-appliance': ['orders_one_open'],
  'find-missing': ['inbox_pkey', 'dead_letters_event_id'],
  'find-unanswered': ['order_incidents_pkey', 'dead_letters_event_id'],
};

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  admin = createPool({ databaseUrl: database.adminUrl, applicationName: 'orders-spec', max: 1 });
  // The worst moment to make a plan: PostgreSQL has just seen that there is nothing.
  await admin.query('vacuum analyze');
  orders = startOrders(database.databaseUrl, 1);
});

afterAll(async () => {
  await Promise.all([orders?.stop(), admin?.end()]);
  await database?.drop();
});

/** Once through everything that the service does. */
async function live(): Promise<void> {
  const site_id = `site-${newId()}`;
  const [first, repeat] = [selected({ site_id }), selected({ site_id })];
  await orders.checkIn([
    { site_id, host_id: 'box-1', deployment_mode: 'direct', policy_version: '1', may_replace_key: false },
  ]);
  await orders.readKeys([{ site_id, host_id: 'box-1' }]);
  await orders.findOrders([{ site_id, incident_id: newId() }]);
  await orders.issue([first, repeat]);
  const order_id = orderIdFor(first.data.incident_id);
  await orders.poll([{ site_id, limit: 1, etag: null }]);
  await orders.poll([{ site_id, limit: 1, etag: null, after: order_id }]);
  await orders.acknowledge([{ site_id, order_id, principal_id: newId() }]);
  await orders.close([recorded({ site_id, order_id }), recorded({ site_id, order_id })]);
  const enrolment = { enrolment_id: newId(), token_id: newId(), authorised_by: null };
  const public_key = nodeEd25519.publicKeyOf('77'.repeat(32));
  await orders.enrol([{ ...enrolment, site_id, host_id: 'box-1', public_key }]);
  await orders.expire();
  await orders.noticeSilence();
  await orders.findMissingEffects([
    { type: 'evidence.recorded.v1', event_ids: ['x'] },
    { type: 'runbooks.selected.v1', event_ids: [first.id] },
  ]);
}

async function readBy(statement: string): Promise<string[]> {
  const { rows } = await orders.pool.query<{ count: number }>(
    `select cardinality(parameter_types) as count from pg_prepared_statements where name = $1`,
    [statement],
  );
  const parameters = Array(rows[0]?.count).fill('null').join(',');
  const { rows: plan } = await orders.pool.query<{ 'QUERY PLAN': string }>(
    `explain execute "${statement}"(${parameters})`,
  );
  const found = plan.map((line) =>
    /(?:Index Scan|Index Only Scan|Bitmap Index Scan)[a-z ]* (?:using|on) (\w+)|Seq Scan on (\w+)/i.exec(
      line['QUERY PLAN'],
    ),
  );
  return [...new Set(found.flatMap((match) => (match ? [(match[1] ?? match[2])!] : [])))].toSorted();
}

describe('plans that were made while the tables were empty', () => {
  it('are kept for ever, and yet find rows by the right index only', async () => {
    await live();
    const { rows } = await orders.pool.query<{ name: string }>('select name from pg_prepared_statements');
    const names = rows.map((row) => row.name).toSorted();
    expect(names).toEqual(Object.keys(mayRead).toSorted());
    for (const name of names) expect([name, await readBy(name)]).toEqual([name, mayRead[name]!.toSorted()]);
  });
});

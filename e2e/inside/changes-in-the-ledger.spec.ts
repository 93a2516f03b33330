import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey, revokeKey } from '../harness/api-keys.ts';
import { newSiteId } from '../harness/box.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';

interface Leaf {
  subject: string;
  data: Record<string, unknown>;
}

describe('what changes who may do what', () => {
  const system = inject('system');
  const { databaseUrl } = inject('inside');
  let database: Database;

  beforeAll(() => (database = openDatabase(databaseUrl)));
  afterAll(() => database?.close());

  const leaves = async (type: string, about: string): Promise<Leaf[]> => {
    const sql = `select leaf from evidence.ledger_leaves where type = $1 and leaf like '%' || $2 || '%'`;
    return (await database.rows<{ leaf: string }>(sql, [type, about])).map((row) => JSON.parse(row.leaf) as Leaf);
  };
  const leafOf = (type: string, about: string): Promise<Leaf> =>
    until(`${type} of ${about} is in the ledger`, async () => (await leaves(type, about))[0]);

  it('is in the ledger: a credential that was made, and that it was revoked', async () => {
    const siteId = newSiteId();
    const { id } = await createSiteKey(system, siteId);
    const created = await leafOf('gateway.principal-created.v1', siteId);
    expect(created).toMatchObject({ subject: siteId, data: { kind: 'appliance', site_id: siteId } });
    await revokeKey(system, id);
    const revoked = await leafOf('gateway.principal-revoked.v1', id);
    expect(revoked).toMatchObject({ subject: siteId, data: { principal_id: created.data['principal_id'] } });
  });

  it('is in the ledger once: the key that orders are signed with, though two replicas started with it', async () => {
    await leafOf('orders.key-created.v1', 'orders.key-created.v1');
    expect(await leaves('orders.key-created.v1', '')).toMatchObject([{ subject: '-' }]);
  });
});

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from '../harness/api-keys.ts';
import { type Box, enrolBox, newSiteId } from '../harness/box.ts';
import { openDatabase } from '../harness/database.ts';
import { hostileCases } from '../harness/hostile-cases.ts';

const system = inject('system');
const database = openDatabase(inject('inside').databaseUrl);

describe('what was refused', () => {
  let box: Box;

  beforeAll(async () => {
    // Not the administrator, who may replace an enrolled key.
    const siteId = newSiteId();
    box = await enrolBox(system, { siteId, key: (await createSiteKey(system, siteId)).key });
    await box.incident();
    await box.orders();
  });
  afterAll(database.close);

  it('leaves the rows of the site as they were', async () => {
    const before = await database.siteRows(box.siteId);
    for (const { path, send } of hostileCases(box)) await box.send(path, send);
    expect(await database.siteRows(box.siteId)).toEqual(before);
  });

  it('is on record when it was an attempt to forge evidence, and not in the chain', async () => {
    const stranger = await enrolBox(system);
    const { order_id } = (await box.orders()).body.orders[0];
    const bundle = box.bundle({ order_id });
    const forged = { ...bundle, signature: stranger.sign(bundle).signature };
    expect((await box.send('/evidence', { body: forged })).status).toBe(422);
    const refusals = await database.rows('select error_code, bundle_id from evidence.refusals where site_id = $1', [
      box.siteId,
    ]);
    expect(refusals).toEqual([{ error_code: 'EVIDENCE.SIGNATURE_INVALID', bundle_id: bundle.bundle_id }]);
    const [counts] = await database.rows(
      `select (select count(*)::int from evidence.bundles where site_id = $1) as bundles,
         (select status from orders.orders where order_id = $2) as status`,
      [box.siteId, order_id],
    );
    expect(counts).toEqual({ bundles: 0, status: 'delivered' });
    const good = box.sign(bundle);
    expect((await box.send('/evidence', { body: good })).status).toBe(200);
  });
});

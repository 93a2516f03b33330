import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { windowSeconds } from './signed-gateways.ts';
import { type Box, type Message, messageOf } from './signed-messages.ts';
import { acknowledgement, incident, openSignedSide, poll, type SignedSide } from './signed-side.ts';

let side: SignedSide;
let box: Box;
beforeAll(async () => {
  side = await openSignedSide();
});
afterAll(() => side?.close());
beforeEach(async () => {
  box = await side.newBox();
  for (const gateway of side.gateways) gateway.counted.length = 0;
});
const invalid = [401, 'AUTH.SIGNATURE_INVALID'];

describe('a signed request', () => {
  it('is taken, of each kind', async () => {
    expect(await side.outcome(incident(box))).toBe(200);
    expect(await side.outcome(acknowledgement(box))).toBe(200);
    expect(await side.outcome(poll(box))).toBe(200);
    expect(await side.accepted(box.site)).toBe(1);
  });

  it('that is repeated with a new signature and the same idempotency key gets the first answer', async () => {
    const idempotencyKey = 'k-1';
    const first = await side.gateways[0].call(incident(box, { idempotencyKey }));
    const second = await side.gateways[1].call(incident(box, { idempotencyKey }));
    expect([second.status, second.body['incident_id']]).toEqual([200, first.body['incident_id']]);
    expect(await side.accepted(box.site)).toBe(1);
  });

  it.each([-windowSeconds + 5, windowSeconds - 5])('may be %i seconds from our clock', async (seconds) => {
    const at = new Date(Date.now() + seconds * 1_000);
    expect(await side.outcome(incident(box, { at }))).toBe(200);
    expect(await side.outcome(incident(box, { at, signer: null }))).toBe(200);
  });

  it('is taken once, by whichever gateway it comes to, from a hundred attempts at the same moment', async () => {
    const message = incident(box);
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, n) => side.outcome(message, side.gateways[n % 2])),
    );
    expect(outcomes.filter((one) => one === 200)).toHaveLength(1);
    expect(new Set(outcomes.map(String))).toEqual(new Set(['200', '401,AUTH.REPLAYED']));
    expect(await side.accepted(box.site)).toBe(1);
  });

  it.each([0, 1] as const)('cannot be replayed at gateway %i later', async (index) => {
    const message = acknowledgement(box);
    expect(await side.outcome(message)).toBe(200);
    const { counted, asked } = side.gateways[index];
    const before = [counted.length, asked.length];
    expect(await side.outcome(message, side.gateways[index])).toEqual([401, 'AUTH.REPLAYED']);
    expect([counted.length, asked.length]).toEqual(before);
  });

  const drift = (drifted: boolean) => {
    const body = { site_id: box.site, host_id: box.host, check_type: 'firewall', drifted };
    return messageOf(box, 'POST', '/drift', { body, idempotencyKey: crypto.randomUUID() });
  };

  it.each([
    ['an incident', () => incident(box)],
    ['a drift', () => drift(true)],
    ['a check without drift', () => drift(false)],
  ])('that brings %s cannot be replayed, and a replay costs the site nothing', async (_what, make) => {
    const message = make();
    expect(await side.outcome(message)).toBe(200);
    const before = await side.used(box.site);
    for (const gateway of side.gateways) expect(await side.outcome(message, gateway)).toEqual([401, 'AUTH.REPLAYED']);
    expect(await side.used(box.site)).toBe(before);
  });

  it('is not its own replay when others with its idempotency key come at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => side.gateways[n % 2 ? 1 : 0].call(incident(box, { idempotencyKey: 'k' }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body['incident_id'])).size).toBe(1);
  });
});

describe('a key', () => {
  it('that a later enrolment superseded signs nothing more, at no gateway, from the next request on', async () => {
    expect(await side.outcome(incident(box), side.gateways[0])).toBe(200);
    expect(await side.outcome(incident(box), side.gateways[1])).toBe(200);
    const renewed = await side.enrol(box.site);
    for (const gateway of side.gateways) {
      await expect.poll(() => side.outcome(incident(box), gateway)).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
      expect(await side.outcome(incident(renewed, { signer: box.signer }), gateway)).toEqual(invalid);
      expect(await side.outcome(incident(renewed), gateway)).toBe(200);
    }
  });

  it('of small order holds for no request, whatever the database says', async () => {
    const identity = `01${'00'.repeat(31)}`;
    await side.pool.query('update principals set public_key = $2 where site_id = $1', [box.site, identity]);
    // R = the identity and S = 0 hold for every message under such a key.
    const forger = { publicKey: identity, sign: () => `${identity}${'00'.repeat(32)}` };
    expect(await side.outcome(incident(box, { signer: forger }))).toEqual(invalid);
  });
});

describe('without a signature', () => {
  const missing = [401, 'AUTH.SIGNATURE_MISSING'];

  it('an enrolled appliance takes no order on, and does all else', async () => {
    const { asked } = side.gateways[0];
    const before = asked.length;
    expect(await side.outcome(acknowledgement(box, { signer: null }))).toEqual(missing);
    expect([asked.length, side.gateways[0].counted.length]).toEqual([before, 0]);
    expect(await side.outcome(incident(box, { signer: null }))).toBe(200);
    expect(await side.outcome(acknowledgement(box))).toBe(200);
  });

  it('nothing is taken where the site demands one, at any gateway and at once', async () => {
    expect(await side.outcome(incident(box, { signer: null }), side.gateways[1])).toBe(200);
    await side.setPolicy(box.site, 'required');
    for (const gateway of side.gateways) {
      await expect.poll(() => side.outcome(incident(box, { signer: null }), gateway)).toEqual(missing);
      expect(await side.outcome(messageOf(box, 'GET', `/orders/${box.site}`, { signer: null }), gateway)).toEqual(
        missing,
      );
      expect(await side.outcome(incident(box), gateway)).toBe(200);
    }
    expect(await side.accepted(box.site)).toBe(3);
    await side.setPolicy(box.site, 'optional');
    await expect.poll(() => side.outcome(incident(box, { signer: null }))).toBe(200);
  });

  it('an appliance that never enrolled goes on, until its site demands one; a signature of its is not believed', async () => {
    const old = { ...box, key: `csk_${crypto.randomUUID()}` };
    const id = crypto.randomUUID();
    await side.pool.query(
      `insert into principals (id, kind, name, site_id, scopes)
       select $1, 'appliance', 'old', site_id, scopes from principals where site_id = $2 limit 1`,
      [id, box.site],
    );
    await side.pool.query(`insert into api_keys (id, principal_id, key_sha256) values ($1, $1, sha256($2::bytea))`, [
      id,
      old.key,
    ]);
    expect(await side.outcome(acknowledgement(old, { signer: null }))).toBe(200);
    expect(await side.outcome(incident(old))).toEqual(invalid);
    await side.setPolicy(box.site, 'required');
    await expect.poll(() => side.outcome(acknowledgement(old, { signer: null }))).toEqual(missing);
  });
});

describe('an upload', () => {
  const boundary = 'xxxxxxxx';
  const type = `multipart/form-data; boundary=${boundary}`;
  const disposition = 'Content-Disposition: form-data; name="bundle"; filename="b"';
  const upload = (bundle: string): Message => {
    const text = `--${boundary}\r\n${disposition}\r\n\r\n${bundle}\r\n--${boundary}--\r\n`;
    const message = messageOf(box, 'POST', '/evidence/upload', { raw: { text, type } });
    return { ...message, headers: [...message.headers, ['x-client-id', box.site]] };
  };

  it('is held against its digest when it was read', async () => {
    const good = upload('{}');
    // It is whole, and its bundle is refused for what it lacks: the signature was good.
    expect(await side.outcome(good)).toEqual([400, 'REQUEST.INVALID']);
    const changed = upload('{"a":1}');
    expect(await side.outcome({ ...changed, body: changed.body!.replace('"a":1', '"a":2') })).toEqual(invalid);
    const longer = upload('{"a":3}');
    expect(await side.outcome({ ...longer, body: `${longer.body!}epilogue` })).toEqual(invalid);
  });
});

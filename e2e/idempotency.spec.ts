import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

describe('a report that comes again', () => {
  let box: Box;

  beforeAll(async () => {
    box = await enrolBox(system);
  });

  it('under the same key gets the first answer, through any gateway, and costs no quota', async () => {
    const key = randomUUID();
    const first = await box.incident({}, keyed(key));
    const again = await box.incident({}, { ...keyed(key), gateway: 1 });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('ratelimit-remaining')).toBe(first.headers.get('ratelimit-remaining'));
  });

  it('under the same key with another body is a conflict', async () => {
    const key = randomUUID();
    await box.incident({ severity: 'low' }, keyed(key));
    const other = await box.incident({ severity: 'critical' }, { ...keyed(key), gateway: 1 });
    expect(problemOf(other)).toEqual([409, 'GATEWAY.IDEMPOTENCY_MISMATCH']);
  });

  it('without a key gets the first answer as long as the body is the same', async () => {
    const details = { details: { run: randomUUID() } };
    const first = await box.incident(details);
    const again = await box.incident(details, { gateway: 1 });
    const other = await box.incident({ details: { run: randomUUID() } });
    expect(again.body).toEqual(first.body);
    expect(other.body.incident_id).not.toBe(first.body.incident_id);
  });

  it('may use a key that another route used', async () => {
    const key = randomUUID();
    const incident = await box.incident({ incident_type: 'cpu_high' }, keyed(key));
    const drift = await box.drift({}, keyed(key));
    expect([incident.status, drift.status]).toEqual([200, 200]);
    expect(drift.body.incident_id).not.toBe(incident.body.incident_id);
  });

  it('refuses a key that no header should carry', async () => {
    for (const key of ['with space', 'x'.repeat(256), 'é']) {
      expect(problemOf(await box.incident({}, keyed(key)))).toEqual([400, 'REQUEST.INVALID']);
    }
  });

  it('sixteen times at once over two gateways is one incident', async () => {
    const site = await enrolBox(system);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        site.incident({ incident_type: 'disk_full' }, { ...keyed(key), gateway: n }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(16).fill(200));
    expect(new Set(answers.map((answer) => answer.body.incident_id)).size).toBe(1);
    const again = await site.incident({ incident_type: 'disk_full' }, keyed(key));
    expect(again.body).toMatchObject({ incident_id: answers[0]!.body.incident_id, order_id: expect.any(String) });
    expect(again.headers.get('ratelimit-remaining')).toBe('9');
    expect((await site.orders()).body.count).toBe(1);
  });
});

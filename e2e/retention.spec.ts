import { type EvidenceDetail, routeCatalog } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const day = 86_400_000;
const reason = 'Case 26-114: keep until it is closed.';
let box: Box;
let path: string;

const describeBundle = async (): Promise<EvidenceDetail> => {
  const { status, body, text } = await box.send(path);
  expect(status, text).toBe(200);
  return routeCatalog.describeEvidence.responses[0].parse(body);
};
const laterThan = (time: string | null, days: number): string => new Date(Date.parse(time!) + days * day).toISOString();

beforeAll(async () => {
  box = await enrolBox(system);
  const bundle = box.sign(box.bundle());
  expect((await box.send('/evidence', { body: bundle })).status).toBe(200);
  path = `/evidence/${box.siteId}/${bundle.bundle_id}`;
});

describe('a bundle over HTTP', () => {
  it('goes from accepted to ledgered, and says when', async () => {
    const detail = await until('the bundle is in the ledger', async () => {
      const one = await describeBundle();
      return one.state === 'ledgered' && one;
    });
    const times = [detail.accepted_at, detail.stored_at, detail.sealed_at, detail.ledgered_at].map((time) =>
      Date.parse(time!),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(detail).toMatchObject({ position: 1, legal_hold: false, leaf_index: expect.any(Number) });
  });

  it('is kept for longer when somebody asks, and never for less', async () => {
    const { retain_until } = await describeBundle();
    const longer = { retain_until: laterThan(retain_until, 365), reason };
    const extended = await box.send(`${path}/retention`, { body: longer });
    expect(routeCatalog.extendRetention.responses[0].parse(extended.body)).toMatchObject({
      retain_until: longer.retain_until,
    });
    const shorter = { retain_until: laterThan(retain_until, 364), reason };
    expect(problemOf(await box.send(`${path}/retention`, { body: shorter }))).toEqual([
      409,
      'EVIDENCE.RETENTION_SHORTENED',
    ]);
    const forEver = { retain_until: '9999-12-31T23:59:59Z', reason };
    expect(problemOf(await box.send(`${path}/retention`, { body: forEver }))).toEqual([
      422,
      'EVIDENCE.RETENTION_TOO_LONG',
    ]);
    expect((await describeBundle()).retain_until).toBe(longer.retain_until);
  });

  it('is put under legal hold and freed again', async () => {
    for (const hold of [true, true, false]) {
      const answer = await box.send(`${path}/legal-hold`, { body: { hold, reason } });
      expect([answer.status, answer.body.legal_hold], answer.text).toEqual([200, hold]);
      expect((await describeBundle()).legal_hold).toBe(hold);
    }
  });

  it('is changed by nobody who handed it in', async () => {
    const { key } = await createSiteKey(system, box.siteId);
    for (const verb of ['retention', 'legal-hold']) {
      const answer = await box.send(`${path}/${verb}`, { key, body: { hold: false, reason } });
      expect(problemOf(answer)).toEqual([403, 'AUTH.SCOPE_MISSING']);
    }
  });

  it('that is none is a 404', async () => {
    const none = `/evidence/${box.siteId}/no-such-bundle`;
    for (const answer of [
      await box.send(none),
      await box.send(`${none}/legal-hold`, { body: { hold: true, reason } }),
      await box.send(`${none}/retention`, { body: { retain_until: '2090-01-01T00:00:00Z', reason } }),
    ]) {
      expect(problemOf(answer)).toEqual([404, 'EVIDENCE.NOT_FOUND']);
    }
  });
});

import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox, newSiteId } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';
import { hostileCases } from './harness/hostile-cases.ts';

const system = inject('system');

/** All that can be seen of a site from outside. */
async function lookAt(box: Box): Promise<unknown> {
  const orders = (await box.orders()).body; // first: a poll makes pending orders delivered ones
  const { timestamp: _, ...stats } = (await box.send('/stats')).body;
  return { stats, orders, evidence: (await box.send(`/evidence/${box.siteId}`)).body };
}

describe('hostile input', () => {
  let box: Box;

  beforeAll(async () => {
    const siteId = newSiteId();
    box = await enrolBox(system, { siteId, key: (await createSiteKey(system, siteId)).key });
  });

  it('is refused with a problem of its own kind, never a 5xx, and changes nothing', async () => {
    await box.incident();
    const before = await lookAt(box);
    const wrong: string[] = [];
    for (const { name, path, send, statuses } of hostileCases(box)) {
      const answer = await box.send(path, send);
      const isSiteOfNobody = answer.status === 403 && name.includes('site');
      if (!statuses.includes(answer.status) && !isSiteOfNobody) wrong.push(`${name}: ${answer.status} ${answer.text}`);
      else problemOf(answer);
    }
    expect(wrong).toEqual([]);
    expect(await lookAt(box)).toEqual(before);
  });

  it('echoes nothing that may be a secret', async () => {
    const secret = 'hunter2-correct-horse';
    const answers = [
      await box.incident({ severity: secret }),
      await box.send('/incidents', { body: `{"site_id":"${box.siteId}","password":"${secret}` }),
      await box.send('/stats', { key: secret }),
    ];
    for (const answer of answers) expect(answer.text).not.toContain(secret);
  });
});

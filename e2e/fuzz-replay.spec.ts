import { describe, expect, inject, it } from 'vitest';
import { readKept } from '../tools/fuzz/engine/corpus-file.ts';
import { judgeAnswer } from '../tools/fuzz/http/judge-answer.ts';
import { RawConnection } from '../tools/fuzz/http/raw-connection.ts';
import { wireOf } from '../tools/fuzz/http/request-text.ts';
import { createSiteKey } from './harness/api-keys.ts';
import { enrolBox, newSiteId } from './harness/box.ts';

const system = inject('system');

describe('what npm run fuzz has kept', () => {
  it.each(['http', 'multipart'])('is answered without a fault: %s', async (target) => {
    const site = newSiteId();
    const { key } = await createSiteKey(system, site);
    const box = await enrolBox(system, { siteId: site });
    const { incident_id, order_id } = (await box.incident()).body;
    const places = { admin: system.adminKey, box: key, site, incident: incident_id, order: order_id, bundle: 'b-1' };
    const connection = new RawConnection(Number(new URL(system.gatewayUrls[0]!).port));
    const faults: string[] = [];
    for (const input of [...readKept('regressions', target), ...readKept('corpus', target)]) {
      const { bytes, method } = wireOf(input, places);
      const answer = await connection.send(bytes, method === 'HEAD');
      if (answer === undefined && method === 'CONNECT') continue;
      const fault = answer === undefined ? 'hung up' : judgeAnswer(answer).fault;
      if (fault !== undefined) faults.push(`${fault}: ${Buffer.from(input).toString('latin1').slice(0, 200)}`);
    }
    connection.close();
    expect(faults).toEqual([]);
  });
});

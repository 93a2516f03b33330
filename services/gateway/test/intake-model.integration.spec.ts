import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { IntakeRepository, type IntakeRow } from '../src/persistence/intake.repository.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'intake-model-spec', max: 2 });
});

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const limit = 3;
const created = Math.floor(Date.now() / 1_000);

/** A report of one of few sites, keys, bodies and nonces, so that most of them meet another. */
interface Drawn {
  site: number;
  key: number;
  body: number;
  nonce: number | undefined;
}

const drawn = fc.record<Drawn>({
  site: fc.nat(1),
  key: fc.nat(11),
  body: fc.nat(1),
  nonce: fc.option(fc.nat(9), { nil: undefined }),
});
/** A key stands in one batch once: `GroupCommit` sees to it. */
const batch = fc.uniqueArray(drawn, { selector: ({ key }) => key, minLength: 1, maxLength: 8 });

/** What should become of reports, taken one by one. */
function createModel() {
  const used = new Map<number, number>();
  const bodies = new Map<number, number>();
  const nonces = new Set<number>();
  return ({ site, key, body, nonce }: Drawn): string => {
    if (nonce !== undefined && nonces.has(nonce)) return 'replayed';
    if (nonce !== undefined) nonces.add(nonce);
    const known = bodies.get(key);
    if (known !== undefined) return known === body ? 'repeat' : 'mismatch';
    const before = used.get(site) ?? 0;
    if (before >= limit) return 'limited';
    used.set(site, before + 1);
    bodies.set(key, body);
    return 'accepted';
  };
}

describe('reports that are decided in batches', () => {
  it('come to what they would have come to one by one, in whatever company', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
        const run = newId();
        const repository = new IntakeRepository(pool, { requests: limit, windowSeconds: 300 });
        await repository.registerSites([`${run}-0`, `${run}-1`]);
        const rowOf = ({ site, key, body, nonce }: Drawn): IntakeRow => ({
          idempotencyKey: sha256Hex(`${run} key ${key}`),
          requestHash: sha256Hex(`body ${body}`),
          siteId: `${run}-${site}`,
          action: 'incidents',
          eventId: newId(),
          event: '{}',
          keyTtl: 60,
          nonce: nonce === undefined ? undefined : { digest: sha256Hex(`${run} nonce ${nonce}`), created },
        });
        /** As whoever accepts reports does: what lost a race comes again, without the nonce that it has taken. */
        const decide = async (rows: IntakeRow[]): Promise<string[]> => {
          const answers = await repository.acceptReports(rows, { id: newId(), subject: 'model' });
          const outcomes: string[] = answers.map(({ outcome }) => outcome);
          const raced = rows.filter((_, index) => outcomes[index] === 'raced');
          if (raced.length === 0) return outcomes;
          const later = (await decide(raced.map((row) => ({ ...row, nonce: undefined })))).values();
          return outcomes.map((outcome) => (outcome === 'raced' ? later.next().value! : outcome));
        };
        const expected = createModel();
        for (const reports of batches) {
          expect(await decide(reports.map(rowOf))).toEqual(reports.map(expected));
        }
      }),
      { numRuns: 100 },
    );
  });
});

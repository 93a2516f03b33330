import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDataSource, type DataSource, type SiteScope } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { createDescribeBundle } from '../src/features/describe-bundle/describe-bundle.handler.ts';
import { createListEvidence } from '../src/features/list-evidence/list-evidence.handler.ts';
import { EvidenceRepository, evidenceEntities } from '../src/persistence/evidence.repository.ts';
import { RetentionRepository } from '../src/persistence/retention.repository.ts';
import { type Evidence, startEvidence, submitted } from './start-evidence.ts';

let database: TestDatabase;
let evidence: Evidence;
let source: DataSource;
let sites: SiteScope;
let repository: EvidenceRepository;
const bundle_id = 'b-1';

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  evidence = startEvidence(database.databaseUrl, { put: () => Promise.reject(new Error('away')) });
  source = createDataSource({
    databaseUrl: database.databaseUrl,
    schema: 'evidence',
    applicationName: 'second-wall-spec',
    entities: evidenceEntities,
  });
  await source.initialize();
  sites = await evidence.openSites(evidenceEntities);
  repository = new EvidenceRepository(source, sites);
  await evidence.record(['clinic-a', 'clinic-b'].map((site_id) => submitted({ site_id, bundle_id })));
});
afterAll(async () => {
  await Promise.all([evidence?.stop(), source?.destroy(), sites?.close()]);
  await database?.drop();
});

/** What the gateway sends when its guard lets a principal of clinic-a name clinic-b. */
const slipped = { site_id: 'clinic-b', bound_site: 'clinic-a' };

describe('a question that slipped through the guard', () => {
  it('is answered as if there were nothing', async () => {
    const [list] = await createListEvidence(repository)([{ ...slipped, limit: 50, offset: 0 }]);
    expect(list).toMatchObject({ evidence: [], count: 0 });
    const [bundle] = await createDescribeBundle(repository)([{ ...slipped, bundle_id }]);
    expect(bundle).toMatchObject({ code: 'EVIDENCE.NOT_FOUND' });
    const changed = new RetentionRepository(sites).changeInTurn({ ...slipped, bundle_id }, () =>
      Promise.reject(new Error('the vault was asked')),
    );
    await expect(changed).rejects.toMatchObject({ code: 'EVIDENCE.NOT_FOUND' });
  });

  it('would have been answered by whoever may ask it', async () => {
    for (const site_id of ['clinic-a', 'clinic-b']) {
      for (const bound_site of [site_id, undefined]) {
        const [list] = await createListEvidence(repository)([{ site_id, bound_site, limit: 50, offset: 0 }]);
        expect(list).toMatchObject({ count: 1, evidence: [{ bundle_id }] });
        const [bundle] = await createDescribeBundle(repository)([{ site_id, bound_site, bundle_id }]);
        expect(bundle).toMatchObject({ site_id });
      }
    }
    expect(await repository.count('clinic-a')).toMatchObject({ recorded: 1 });
  });
});

describe('the service itself', () => {
  it('counts and works over all sites', async () => {
    expect(await repository.count(null)).toMatchObject({ recorded: 2 });
    const { rows } = await evidence.pool.query('select evidence_id from seal_queue');
    expect(rows).toHaveLength(2);
  });
});

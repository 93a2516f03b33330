import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@countersign/shared/kernel';
import { newTraceparent } from '@countersign/shared/telemetry';
import { createExtendRetention } from '../src/features/extend-retention/extend-retention.handler.ts';
import { createSetLegalHold } from '../src/features/set-legal-hold/set-legal-hold.handler.ts';
import { RetentionRepository } from '../src/persistence/retention.repository.ts';
import { type DirectoryVault, namesOf, openOwnedDirectory, openScrubbed, type Sealed } from './open-scrubbed.ts';
import { submitted } from './start-evidence.ts';

let disk: DirectoryVault;
let system: Awaited<ReturnType<typeof openScrubbed>>;
let held: Sealed;
let refusal: string;

beforeAll(async () => {
  disk = await openOwnedDirectory();
  system = await openScrubbed(disk.vault);
  await system.accept('north', 2);
  await system.seal();
  [held] = (await system.sealed('north')) as [Sealed];
  const { evidence } = system;
  const messaging = {
    publish: (rows: Parameters<typeof evidence.published.push>) => void evidence.published.push(...rows),
  };
  const sites = await evidence.openSites();
  const options = {
    repository: new RetentionRepository(sites),
    vault: disk.vault,
    messaging: messaging as never,
  };
  const { site_id, bundle_id } = held;
  const question = { site_id, bundle_id, principal_id: newId(), reason: 'a subpoena', traceparent: newTraceparent() };
  await createExtendRetention(options)([{ ...question, retain_until: '2040-01-01T00:00:00.000Z' }]);
  await createSetLegalHold(options)([{ ...question, hold: true }]);
  await sites.close();
  const forged = submitted({ site_id: 'north', timestamp_end: '2027-01-01T00:00:00Z' });
  refusal = forged.id;
  await system.append([forged]);
  await evidence.record([forged]);
  for (const type of ['evidence.retention-extended.v1', 'evidence.legal-hold-changed.v1', 'evidence.refused.v1']) {
    expect(evidence.saidEvents(type), type).toHaveLength(1);
    await system.append(evidence.saidEvents(type));
  }
  await system.publish();
  await system.admin.query('delete from outbox');
});

afterAll(async () => {
  await system.close();
  await disk.remove();
});

const changeId = async (kind: string) => {
  const { rows } = await system.admin.query<{ id: string }>('select id from retention_changes where kind = $1', [kind]);
  return rows[0]!.id;
};

describe('changes of retention and refusals', () => {
  it('that are as the ledger tells are no fault', async () => {
    expect(namesOf(await system.scrub())).toEqual([]);
    expect(namesOf(await system.scrub({ site: 'north' }))).toEqual([]);
  });

  it.each([
    ['hold-on', `reason = 'no reason'`],
    ['hold-on', `principal_id = gen_random_uuid()`],
    ['hold-on', `changed_at = changed_at - interval '1 day'`],
    ['extended', `retain_until = retain_until - interval '1 day'`],
  ])('of the kind %s with another %s are named', async (kind, change) => {
    const id = await changeId(kind);
    expect(await system.findAfter(`update retention_changes set ${change} where id = '${id}'`)).toEqual([
      `row-changed retention_changes/${id}`,
    ]);
  });

  it('that were removed are named', async () => {
    const id = await changeId('hold-on');
    expect(await system.findAfter(`delete from retention_changes where id = '${id}'`)).toEqual([
      `row-missing retention_changes/${id}`,
    ]);
    expect(await system.findAfter(`delete from refusals where event_id = '${refusal}'`)).toEqual([
      `row-missing refusals/${refusal}`,
    ]);
  });

  it('that nobody made are named: a hold is not taken off by a row', async () => {
    const id = newId();
    const sql = `insert into retention_changes (id, evidence_id, kind, reason, principal_id, changed_at)
      values ('${id}', '${held.evidence_id}', 'hold-off', 'by hand', gen_random_uuid(), now())`;
    expect(await system.findAfter(sql)).toEqual([`row-unknown retention_changes/${id}`]);
    const planted = `insert into refusals (event_id, evidence_id, site_id, bundle_id, host_id, digest, error_code, principal_id)
      select 'planted', evidence_id, site_id, bundle_id, host_id, digest, error_code, principal_id from refusals`;
    expect(await system.findAfter(planted)).toEqual(['row-unknown refusals/planted']);
  });

  it.each(['digest', 'error_code', 'host_id'])('with another %s of a refusal are named', async (column) => {
    expect(await system.findAfter(`update refusals set ${column} = 'other'`)).toEqual([
      `row-changed refusals/${refusal}`,
    ]);
  });
});

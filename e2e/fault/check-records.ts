import { openVault } from '@countersign/shared/vault';
import type { Database } from '../harness/database.ts';
import { chainFaults, type ChainRow } from './check-chain.ts';
import type { History } from './history.ts';

/** A promise of the system, and what of it the records show. */
export interface Finding {
  promise: string;
  wanted: number;
  found: number;
}

export interface Records {
  history: History;
  database: Database;
  vaultDir: string;
}

/** Counts that must be nought, each a promise of its own. */
const nothingOf = {
  'incidents without their decision':
    'select count(*) from runbooks.incidents left join runbooks.decisions using (incident_id) where tier is null',
  'decisions without their incident':
    'select count(*) from runbooks.decisions left join runbooks.incidents using (incident_id) where site_id is null',
  'L1 decisions without their order':
    "select count(*) from runbooks.decisions left join orders.order_incidents using (incident_id) where tier = 'L1' and order_id is null",
  'orders that no decision asked for':
    "select count(*) from orders.order_incidents left join runbooks.decisions using (incident_id) where tier is distinct from 'L1'",
  'incidents whose order is none':
    'select count(*) from orders.order_incidents left join orders.orders using (order_id) where site_id is null',
  'incidents that say another order than they have': `select count(*) from runbooks.incidents i join orders.order_incidents o using (incident_id)
    where i.order_id is not null and i.order_id <> o.order_id`,
  'incidents with two orders issued for them':
    'select count(*) from (select from orders.orders group by incident_id having count(*) > 1) twice',
  // An order says when its batch was begun, not when it was committed, so that of two that follow each other the later
  // one may be dated a little before the end of the earlier one. That they never stood open together is the index's work.
  'pairs of orders for one condition at a time': `select count(*) from orders.orders a join orders.orders b
    on a.order_id < b.order_id and a.site_id = b.site_id and a.host_id = b.host_id and a.runbook_id = b.runbook_id and a.condition = b.condition
    where least(a.closed_at, b.closed_at, now()) - greatest(a.issued_at, b.issued_at) > interval '2 s'`,
  'conditions that stand open twice': `select count(*) from (select from orders.orders where closed_at is null
    group by site_id, host_id, runbook_id, condition having count(*) > 1) twice`,
  'orders with evidence that have not ended': `select count(*) from orders.orders o join evidence.bundles using (order_id) where o.closed_at is null`,
  'ended orders whose incident goes on': `select count(*) from orders.order_incidents x join orders.orders o on o.order_id = x.order_id
    join runbooks.incidents i on i.incident_id = x.incident_id where o.closed_at is not null and i.status = 'resolving'`,
  'bundles without their seal':
    'select count(*) from evidence.bundles left join evidence.seals using (evidence_id) where key is null',
  'chains whose head is not their last link': `select count(*) from evidence.chain_heads h left join evidence.bundles b
    on b.site_id = h.site_id and b.position = h.position where h.link_hash is distinct from b.link_hash`,
  'refused bundles': 'select count(*) from evidence.refusals',
  'incidents that the ledger lacks': `select count(*) from runbooks.incidents i left join evidence.ledger_leaves a
    on a.event_id = i.incident_id::text and a.source like '%gateway%' where a.event_id is null`,
  'orders that the ledger lacks': `select count(*) from orders.orders o left join evidence.ledger_leaves a
    on a.event_id = 'issued:' || o.order_id where a.event_id is null`,
  'places in the ledger without their leaf':
    'select abs(size - (select count(*) from evidence.ledger_leaves)) as count from evidence.ledger_head',
  'leaves that no checkpoint covers': `select count(*) from evidence.ledger_leaves
    where leaf_index >= (select coalesce(max(size), 0) from evidence.ledger_checkpoints)`,
  'rows left in an outbox': ['gateway', 'runbooks', 'orders', 'evidence']
    .map((name) => `select count(*) from ${name}.outbox`)
    .join(' union all '),
  'dead letters': ['gateway', 'runbooks', 'orders', 'evidence']
    .map((name) => `select count(*) from ${name}.dead_letters`)
    .join(' union all '),
} as const;

const chains = `select site_id, position::int as position, previous_link_hash, link_hash, evidence_id::text as evidence_id, bundle_id, host_id,
    digest, signature, public_key, to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as recorded_at
  from evidence.bundles order by site_id, bundles.position`;

/** Holds the records against what clients were told; the load and everything it caused must have ended. */
export async function checkRecords({ history, database, vaultDir }: Records): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (promise: string, wanted: number, found: number) => findings.push({ promise, wanted, found });
  const column = async (sql: string): Promise<string[]> =>
    (await database.rows<{ id: string }>(sql)).map(({ id }) => id);

  const incidents = new Set(await column('select incident_id::text as id from runbooks.incidents'));
  note('answers per thing reported', history.reported, history.incidents.size);
  note('incidents that a 200 promised, kept', history.incidents.size, common(history.incidents, incidents));
  note('incidents that nobody was promised', 0, incidents.size - common(history.incidents, incidents));
  const bundles = new Set(await column('select evidence_id::text as id from evidence.bundles'));
  note('answers per bundle handed in', history.handedIn, history.evidence.size);
  note('bundles that a 200 promised, kept', history.evidence.size, common(history.evidence, bundles));
  note('bundles that nobody was promised', 0, bundles.size - common(history.evidence, bundles));
  for (const [promise, sql] of Object.entries(nothingOf)) {
    const [row] = await database.rows<{ n: number }>(`select coalesce(sum(count), 0)::int as n from (${sql}) counted`);
    note(promise, 0, row!.n);
  }
  note('faults in the chains', 0, chainFaults(await database.rows<ChainRow>(chains)).length);
  await compareVault({ database, vaultDir }, note);
  return findings;
}

function common(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...some].filter((one) => others.has(one)).length;
}

async function compareVault(
  { database, vaultDir }: Pick<Records, 'database' | 'vaultDir'>,
  note: (promise: string, wanted: number, found: number) => unknown,
): Promise<void> {
  const seals = await database.rows<{ key: string; sha256: string; digest: string }>(
    'select key, sha256, digest from evidence.seals join evidence.bundles using (evidence_id)',
  );
  const sealed = new Map(seals.map((seal) => [seal.key, seal]));
  const vault = await openVault({ directory: vaultDir });
  let objects = 0;
  let equal = 0;
  for await (const object of vault.list('')) {
    if (object.key.startsWith('_ledger/')) continue;
    objects += 1;
    const seal = sealed.get(object.key);
    const { digest } = JSON.parse(Buffer.from(await vault.get(object.key, object.versionId)).toString('utf8')) as {
      digest: string;
    };
    if (seal?.sha256 === object.sha256 && seal.digest === digest) equal += 1;
  }
  await vault.close();
  note('objects in the vault', seals.length, objects);
  note('objects equal to their row', seals.length, equal);
}

export function tableOf(findings: Finding[]): string {
  const lines = findings.map(
    ({ promise, wanted, found }) =>
      `  ${wanted === found ? 'ok  ' : 'FAIL'} ${promise.padEnd(52)} ${String(found).padStart(7)} of ${wanted}`,
  );
  return `${lines.join('\n')}\n`;
}

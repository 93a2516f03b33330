import { type AuditQuery, eventCatalog } from '@countersign/shared/contracts';
import { defineStatement, type Pool, type Statement } from '@countersign/shared/persistence';

export interface AuditRow {
  leaf_index: number;
  leaf_hash: Buffer;
  type: string;
  site_id: string;
  principal_id: string | null;
  trace_id: string | null;
  time: Date;
  recorded_at: Date;
  leaf: string;
}

type Condition = [name: keyof AuditQuery, test: (parameter: string) => string];

const conditions: Condition[] = [
  ['site_id', (value) => `site_id = ${value}`],
  ['type', (value) => `type = ${value}`],
  ['principal_id', (value) => `principal_id = ${value}`],
  ['route', (value) => `route = ${value}`],
  ['error_code', (value) => `error_code = ${value}`],
  ['trace_id', (value) => `trace_id = ${value}`],
  ['from', (value) => `time >= ${value}::timestamptz`],
  ['to', (value) => `time < ${value}::timestamptz`],
  ['before', (value) => `leaf_index < ${value}::text::bigint`],
  ['after', (value) => `leaf_index > ${value}::text::bigint`],
];

/** Types of our catalogue that are rare enough for the index: it is used when the statement itself names the type. */
const frequent = new Set([
  'gateway.incident-reported.v1',
  'gateway.evidence-submitted.v1',
  'runbooks.selected.v1',
  'runbooks.escalated.v1',
  'runbooks.resolved.v1',
  'orders.issued.v1',
  'orders.joined.v1',
  'orders.delivered.v1',
  'orders.acknowledged.v1',
  'orders.closed.v1',
  'evidence.recorded.v1',
]);
const rareTypes = Object.keys(eventCatalog).filter((name) => !frequent.has(name));

/** One plan for each set of filters that is asked for: a plan for all of them would use no index. */
const statements = new Map<string, Statement<AuditRow & Record<string, unknown>>>();

function statementFor(names: (keyof AuditQuery)[], direction: 'asc' | 'desc', rareType: number) {
  // PostgreSQL takes names of 63 bytes.
  const set = conditions.map(([one]) => (names.includes(one) ? '1' : '0')).join('');
  const name = `read-audit-${set}-${direction}${rareType}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const tests = conditions
    .filter(([one]) => names.includes(one))
    .map(([one, test], index) =>
      one === 'type' && rareType >= 0
        ? `(${test(`'${rareTypes[rareType]!}'`)} and ${test(`$${index + 2}`)})`
        : test(`$${index + 2}`),
    );
  const columns = 'leaf_index, leaf_hash, type, site_id, principal_id, trace_id, time, recorded_at, leaf';
  const where = tests.length === 0 ? '' : `where ${tests.join(' and ')}`;
  // A trace is a handful of leaves anywhere: to walk the ledger until they are found would take its whole length.
  const from = names.includes('trace_id')
    ? `(with found as materialized (select ${columns} from ledger_leaves ${where}) select * from found) as found`
    : `ledger_leaves ${where}`;
  const sql = `select leaf_index::float8 as leaf_index, leaf_hash, type, site_id, principal_id, trace_id, time, recorded_at, leaf
    from ${from} order by ${names.includes('trace_id') ? 'found' : 'ledger_leaves'}.leaf_index ${direction} limit $1`;
  const statement = defineStatement<AuditRow & Record<string, unknown>>(name, sql);
  statements.set(name, statement);
  return statement;
}

/** Reads the ledger as those ask who want to know what happened. */
export class AuditReader {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Newest first; those nearest to `after` when it is given. */
  async find(query: AuditQuery): Promise<AuditRow[]> {
    const given = conditions.filter(([name]) => query[name] !== undefined).map(([name]) => name);
    const isForward = query.after !== undefined && query.before === undefined;
    const values = given.map((name) => String(query[name]));
    const rareType = rareTypes.indexOf(query.type ?? '');
    const rows = await statementFor(given, isForward ? 'asc' : 'desc', rareType).run(this.pool, [
      query.limit,
      ...values,
    ]);
    return isForward ? rows.toReversed() : rows;
  }
}

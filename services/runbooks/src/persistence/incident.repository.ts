import type { Pool } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { IncidentReported } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import {
  defineStatement,
  loadStatement,
  type OutboxRow,
  type SiteScope,
  textArray,
} from '@countersign/shared/persistence';
import type { Decision } from '../domain/index.ts';
import { DecisionEntity } from './decision.entity.ts';
import { IncidentEntity } from './incident.entity.ts';

export interface DecidedIncident {
  incident: IncidentReported;
  decision: Decision;
  /** The event that tells of the decision, as JSON. */
  event: string;
}

export interface IncidentOfSite {
  siteId: string;
  incidentId: string;
}

export interface IncidentCounts {
  byStatus: Record<string, number>;
  byTier: Record<string, number>;
}

export interface FoundDecision extends Record<string, unknown> {
  tier: 'L1' | 'L2' | 'L3' | null;
  runbook_id: string | null;
}

interface SaidRow extends OutboxRow {
  recorded: string[];
}

const decideIncidents = loadStatement<Record<string, unknown> & SaidRow>(import.meta.url, './decide-incidents.sql');

const missingIncidents = defineStatement<{ id: string }>(
  'missing-incidents',
  `select id from unnest($1::text[]) id
   where not exists (select from incidents where incident_id = id::uuid)
     and not exists (select from dead_letters d where d.event_id = id and d.redriven_at is null)`,
);

const missingFromInbox = defineStatement<{ id: string }>(
  'missing-from-inbox',
  `select id from unnest($2::text[]) id
   where not exists (select from inbox where consumer = $1 and event_id = id)
     and not exists (select from dead_letters d where d.event_id = id and d.redriven_at is null)`,
);

// One look for each, whether there is no such incident or it is another site's.
const findDecisions = defineStatement<FoundDecision>(
  'find-decisions-of-site-incidents',
  `select d.tier, d.runbook_id
   from unnest($1::text[], $2::text[]) with ordinality as t (site_id, incident_id, ord)
   left join lateral (
     select d.tier, d.runbook_id from incidents i join decisions d using (incident_id)
     where i.incident_id = t.incident_id::uuid and i.site_id = t.site_id
   ) d on true
   order by t.ord`,
);

export class IncidentRepository {
  private readonly pool: Pool;
  private readonly source: DataSource;
  private readonly sites: SiteScope;

  constructor(pool: Pool, source: DataSource, sites: SiteScope) {
    this.pool = pool;
    this.source = source;
    this.sites = sites;
  }

  /** Records what is new; returns the batches to publish and the ids that were new. */
  async recordDecisions(rows: readonly DecidedIncident[]): Promise<{ said: OutboxRow[]; recorded: Set<string> }> {
    const column = (read: (row: DecidedIncident) => string | null) => textArray(rows.map(read));
    const chosen = (row: DecidedIncident) => (row.decision.tier === 'L3' ? undefined : row.decision);
    const said = await decideIncidents.run(this.pool, [
      column(({ incident }) => incident.incident_id),
      column(({ incident }) => incident.site_id),
      column(({ incident }) => incident.host_id),
      column(({ incident }) => incident.incident_type),
      column(({ incident }) => incident.check_type),
      column(({ incident }) => incident.severity),
      column(({ incident }) => JSON.stringify(incident.details)),
      column(({ incident }) => JSON.stringify(incident.pre_state)),
      column(({ incident }) => JSON.stringify(incident.hipaa_controls)),
      column(({ incident }) => incident.reported_at),
      column(({ decision }) => (decision.tier === 'L3' ? 'escalated' : 'resolving')),
      column(({ decision }) => decision.tier),
      column((row) => chosen(row)?.runbook_id ?? null),
      column((row) => chosen(row)?.runbook_version ?? null),
      column((row) => chosen(row)?.runbook_digest ?? null),
      column((row) => (chosen(row) ? JSON.stringify(chosen(row)!.parameters) : null)),
      column(({ decision }) => decision.reason),
      column(({ event }) => event),
      newId(),
      newId(),
    ]);
    return {
      said: said.map(({ id, subject, payload }) => ({ id, subject, payload })),
      recorded: new Set(said[0]?.recorded ?? []),
    };
  }

  /** Of these incidents, the ones that are unknown here. */
  async findMissing(incidentIds: readonly string[]): Promise<string[]> {
    return (await missingIncidents.run(this.pool, [textArray(incidentIds)])).map((row) => row.id);
  }

  /** Of these events, the ones that `consumer` has not handled. */
  async findUnhandled(consumer: string, eventIds: readonly string[]): Promise<string[]> {
    return (await missingFromInbox.run(this.pool, [consumer, textArray(eventIds)])).map((row) => row.id);
  }

  /** In the order of the questions; null where the site has no such incident. */
  async findDecisions(incidents: readonly IncidentOfSite[]): Promise<FoundDecision[]> {
    const sites = textArray(incidents.map(({ siteId }) => siteId));
    const ids = textArray(incidents.map(({ incidentId }) => incidentId));
    return findDecisions.run(this.pool, [sites, ids]);
  }

  /** Incidents of the last 24 hours by state, decisions of the last 7 days by tier; of one site or of all. */
  count(siteId: string | null): Promise<IncidentCounts> {
    if (siteId === null) return countWith(this.source.manager, null);
    return this.sites.within(siteId, ({ manager }) => countWith(manager, siteId));
  }
}

async function countWith(manager: EntityManager, siteId: string | null): Promise<IncidentCounts> {
  const incidents = manager
    .getRepository(IncidentEntity)
    .createQueryBuilder('incident')
    .select('incident.status', 'key')
    .addSelect('count(*)::int', 'count')
    .where(`incident.reported_at > now() - interval '24 hours'`)
    .groupBy('incident.status');
  const decisions = manager
    .getRepository(DecisionEntity)
    .createQueryBuilder('decision')
    .select('decision.tier', 'key')
    .addSelect('count(*)::int', 'count')
    .innerJoin(IncidentEntity, 'incident', 'incident.incident_id = decision.incident_id')
    .where(`decision.decided_at > now() - interval '7 days'`)
    .groupBy('decision.tier');
  if (siteId !== null) {
    for (const query of [incidents, decisions]) query.andWhere('incident.site_id = :siteId', { siteId });
  }
  return { byStatus: recordOf(await incidents.getRawMany()), byTier: recordOf(await decisions.getRawMany()) };
}

function recordOf(rows: { key: string; count: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}

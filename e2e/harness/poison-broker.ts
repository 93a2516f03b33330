import { randomBytes } from 'node:crypto';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import type { StackInfo } from '../../tools/stack/index.ts';
import { openDatabase } from './database.ts';
import { until } from './until.ts';

/** What a service says to another that has gone wrong: it ends as a dead letter. */
export async function poisonBroker(info: StackInfo, siteId: string, patient: string): Promise<void> {
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(info.nats_seeds!.gateway));
  const connection = await connect({ servers: info.nats_url, authenticator });
  const envelope = (type: string, data: object) => ({
    specversion: '1.0',
    id: randomBytes(8).toString('hex'),
    source: '/gateway',
    type,
    subject: siteId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data,
  });
  const types = ['gateway.incident-reported.v1', 'gateway.evidence-submitted.v1'];
  for (const type of types) {
    connection.publish(type, `[{"patient":"${patient}"`);
    connection.publish(type, JSON.stringify([{ patient }]));
    connection.publish(
      type,
      JSON.stringify([
        envelope(type, { incident_id: patient, evidence_id: patient, details: patient, document: patient }),
      ]),
    );
    connection.publish(
      type,
      JSON.stringify([
        envelope(type, { incident_id: `${patient}\u0000`, site_id: { patient }, document: `{"${patient}"` }),
      ]),
    );
  }
  await connection.flush();
  await connection.close();
  const database = openDatabase(info.database_urls.admin!);
  const sql =
    'select (select count(*) from runbooks.dead_letters)::int as runbooks, (select count(*) from evidence.dead_letters)::int as evidence';
  await until(
    'they are dead letters',
    async () => {
      const [row] = await database.rows<{ runbooks: number; evidence: number }>(sql);
      return row!.runbooks >= 2 && row!.evidence >= 2;
    },
    60_000,
  );
  await database.close();
}

/**
 * Runs within a service's container, as whoever took it over would: with its own seed it says every event that is
 * another's, and asks JetStream to let it make a stream. Ends with 1 unless the broker refuses each.
 *
 *   docker compose exec -T orders node --input-type=module-typescript - orders <tools/compose/forge-events.ts
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { brokerPermissionsOf, eventCatalog, type ServiceName } from '@countersign/shared/contracts';
import { connectNats } from '@countersign/shared/messaging/broker';
import { createLogger } from '@countersign/shared/telemetry';

const service = process.argv[2] as ServiceName;
const broker = await connectNats({
  url: process.env['NATS_URL']!,
  nkeySeed: readFileSync(process.env['NATS_NKEY_SEED_FILE']!, 'utf8').trim(),
  name: service,
  logger: createLogger({ service: 'forger', level: 'fatal' }),
});
const refused: string[] = [];
broker.onRefusal(({ subject }) => void refused.push(subject));

const foreign = Object.entries(eventCatalog)
  .filter(([, { owner }]) => owner !== service)
  .map(([subject]) => subject);
const forbidden = [...foreign, '$JS.API.STREAM.CREATE.forged'];
// Where it may write, so that nobody can pass by being refused everything.
const allowed = brokerPermissionsOf(service).publish.find((subject) => subject.startsWith('_INBOX.'));
assert.ok(allowed && foreign.length > 0, `${service} is no service`);

for (const subject of [...forbidden, allowed.replace('>', 'nobody')]) broker.connection.publish(subject, '{}');
await broker.connection.flush();
for (const deadline = Date.now() + 5_000; refused.length < forbidden.length && Date.now() < deadline;) await pause(20);
assert.deepEqual(refused.toSorted(), forbidden.toSorted());
await broker.close();
console.log(`  ${service}: ${forbidden.length} forgeries refused`);

// Usage: npm run new:event -- orders.paused. Declares an event with a stub of its payload, in the current folder's tree.
import { readFileSync, writeFileSync } from 'node:fs';
import { services } from '@countersign/shared/contracts';
import { parseEventName } from './event-name.ts';
import { insertEvent, insertExport } from './insert-event.ts';

const ROOM = 'libs/shared/src/contracts';

function declareEvent(text: string): string {
  const event = parseEventName(text, services);
  const catalog = insertEvent(readFileSync(`${ROOM}/event-catalog.ts`, 'utf8'), event);
  const index = insertExport(readFileSync(`${ROOM}/index.ts`, 'utf8'), event.file);
  const payload = `import { z } from 'zod';
import { identifier, instant } from './identifiers.ts';

export const ${event.schema} = z.object({
  site_id: identifier,
  ${event.instant}: instant,
});

export type ${event.type} = z.output<typeof ${event.schema}>;
`;
  writeFileSync(`${ROOM}/${event.file}.ts`, payload, { flag: 'wx' });
  writeFileSync(`${ROOM}/event-catalog.ts`, catalog);
  writeFileSync(`${ROOM}/index.ts`, index);
  return `declared ${event.subject}. Next:
  1. ${ROOM}/${event.file}.ts: the payload; ${ROOM}/event-catalog.ts: the sentence, and who must have its effect
  2. services/${event.owner}: a domain function that decides it, a handler that writes it to the outbox with the rows
  3. each consumer: features/<reaction>/<reaction>.consumer.ts with @OnEvents('${event.subject}', ...), bound in app.module.ts, the durable in ${ROOM}/consumer-catalog.ts
  4. npm run docs && npm run check`;
}

try {
  console.log(declareEvent(process.argv[2] ?? ''));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

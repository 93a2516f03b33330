/** The files that list the services, and how one more is added to the text of each. */
export const registers: Record<string, (text: string, name: string) => string> = {
  'tsconfig.json': (text, name) =>
    insertBefore(text, '    { "path": "appliance" }', `    { "path": "services/${name}" },\n`),

  'libs/shared/src/contracts/event-contract.ts': (text, name) => addToList(text, 'export const services', name),

  'libs/shared/src/contracts/event-catalog.ts': (text, name) =>
    insertBefore(
      text,
      '} as const satisfies Record<string, EventContract>',
      `  '${name}.dead-letter-redriven.v1': deadLetterRedrivenOf('${name}'),\n  'dead-letters.${name}.v1': deadLetterOf('${name}'),\n`,
    ),

  'libs/shared/src/contracts/request-catalog.ts': (text, name) =>
    insertBefore(
      text.replace(/^(const missingEffects = \(owner: .*)\) =>$/m, `$1 | '${name}') =>`),
      '} as const satisfies Record<string, RequestContract>',
      `  'rpc.${name}.missing-effects.v1': missingEffects('${name}'),\n`,
    ),

  // The ledger has every event of every owner in it.
  'libs/shared/src/contracts/consumer-catalog.ts': (text, name) =>
    insertBefore(
      text,
      "  'evidence-audit-dead-letters'",
      `  'evidence-audit-${name}': every('evidence', '${name.toUpperCase()}'),\n`,
    ),

  'services/evidence/src/domain/durables.ts': (text, name) =>
    insertBefore(text, "  'dead-letters': 'evidence-audit-", `  ${name}: 'evidence-audit-${name}',\n`),

  'services/evidence/src/features/audit-events/audit-events.consumer.ts': (text, name) =>
    insertBefore(
      text,
      "  @OnEveryEvent('dead-letters'",
      `  @OnEveryEvent('${name}', { durable: auditDurables.${name}, lingerMs })
  audit${name.charAt(0).toUpperCase()}${name.slice(1)}(events: EventEnvelope[]) {
    return this.handle(events);
  }

`,
    ),

  'tools/stack/services/service-names.ts': (text, name) => addToList(text, 'export const serviceNames', name),
};

/** Throws an Error that says what is wrong with the name of a service. */
export function checkServiceName(name: string, existing: readonly string[]): void {
  if (!/^[a-z]{3,20}$/.test(name)) throw new Error(`"${name}": a service is one word in lower case, like "billing"`);
  if (existing.includes(name)) throw new Error(`services/${name} exists`);
}

function addToList(text: string, declaration: string, name: string): string {
  const start = text.indexOf(`${declaration} = [`);
  const end = text.indexOf(']', start);
  if (start < 0) throw new Error(`the list "${declaration}" is not where the generator looks for it`);
  return `${text.slice(0, end)}, '${name}'${text.slice(end)}`;
}

function insertBefore(text: string, mark: string, insertion: string): string {
  const place = text.indexOf(mark);
  if (place < 0) throw new Error(`"${mark.trim()}" is not where the generator looks for it`);
  return text.slice(0, place) + insertion + text.slice(place);
}

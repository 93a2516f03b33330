import { eventCatalog, type EventName, services, type ServiceName } from './event-catalog.ts';

export interface StreamContract {
  name: string;
  subjects: EventName[];
}

const names = Object.keys(eventCatalog) as EventName[];
const isDeadLetter = (name: EventName) => name.startsWith('dead-letters.');

/** One stream per owner and one for the dead letters; each lists its subjects exactly, never with a wildcard. */
export const streams: StreamContract[] = [
  ...services.map((owner) => ({
    name: owner.toUpperCase(),
    subjects: names.filter((name) => eventCatalog[name].owner === owner && !isDeadLetter(name)),
  })),
  { name: 'DEAD_LETTERS', subjects: names.filter(isDeadLetter) },
];

export function streamOf(name: EventName): string {
  return isDeadLetter(name) ? 'DEAD_LETTERS' : eventCatalog[name].owner.toUpperCase();
}

/** The streams that a service publishes to, and so declares. */
export function streamsOwnedBy(service: ServiceName): StreamContract[] {
  return streams.filter((stream) => stream.name === service.toUpperCase() || stream.name === 'DEAD_LETTERS');
}

import type { ServiceName } from './event-catalog.ts';

/** Who may come to the broker: the services, and the operators' tools, which make streams and consumers. */
export type BrokerUser = ServiceName | 'operator';

/**
 * Every inbox names its reader and its only writer, so that the broker can keep everybody else from both sides:
 * `_INBOX.<reader>.<writer>.…`. What the broker itself answers goes to the writer `broker`.
 */
export function inboxOf(reader: string, writer: string): string {
  return `_INBOX.${reader}.${writer}`;
}

/** What `replyto` of an event looks like: whoever answers puts its own name where the asterisk is. */
export const replyAddress = /^_INBOX\.[a-z]+\.\*\.replies\.[A-Za-z0-9]+$/;

/** The writer whom a subject within an inbox of `reader` names; undefined for any other subject. */
export function writerOf(subject: string, reader: string): string | undefined {
  const [inbox, owner, writer, ...rest] = subject.split('.');
  return inbox === '_INBOX' && owner === reader && rest.length > 0 ? writer : undefined;
}

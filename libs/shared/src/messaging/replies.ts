import { type NatsConnection, nuid } from '@nats-io/transport-node';
import { inboxOf, replyAddress, type ServiceName, writerOf } from '../contracts/index.ts';
import { BriefMap } from '../kernel/index.ts';
import { readMessage } from './read-message.ts';

/** What came of something that was accepted. A courtesy: whoever gets none finds the truth by asking later. */
export interface Reply {
  /** The event that the answer is for. */
  id: string;
  [outcome: string]: unknown;
}

/** Sends replies, one message per waiting gateway, however many it waits for. */
export function sendReplies(
  connection: NatsConnection,
  writer: ServiceName,
  replies: readonly { replyto: string | undefined; reply: Reply }[],
): void {
  const byInbox = new Map<string, Reply[]>();
  for (const { replyto, reply } of replies) {
    // It comes out of an event: only an address may become a subject.
    if (replyto === undefined || !replyAddress.test(replyto)) continue;
    const list = byInbox.get(replyto);
    if (list) list.push(reply);
    else byInbox.set(replyto, [reply]);
  }
  for (const [inbox, list] of byInbox) connection.publish(inbox.replace('*', writer), JSON.stringify(list));
}

interface Waiter {
  until: number;
  from: readonly ServiceName[];
  settle: (reply: Reply | undefined) => void;
}

/** The inbox of one gateway: whoever accepted something waits here for its outcome, but not for long. */
export class ReplyInbox {
  /** What events carry as `replyto`. */
  readonly subject = `${inboxOf('gateway', '*')}.replies.${nuid.next()}`;
  private readonly waiting = new BriefMap<Waiter>();
  private readonly sweep: NodeJS.Timeout;

  constructor(connection: NatsConnection) {
    connection.subscribe(this.subject, {
      callback: (error, message) => {
        const writer = error ? undefined : writerOf(message.subject, 'gateway');
        if (writer === undefined) return;
        for (const reply of readReplies(message.data)) this.receive(reply, writer);
      },
    });
    // One look at a map in order of age instead of a timer per request.
    this.sweep = setInterval(() => this.expire(Date.now()), 50);
  }

  /** The reply of one of these services, or undefined after `waitMs`. */
  wait(id: string, waitMs: number, from: readonly ServiceName[]): Promise<Reply | undefined> {
    return new Promise((settle) => this.waiting.set(id, { until: Date.now() + waitMs, from, settle }));
  }

  close(): void {
    clearInterval(this.sweep);
    for (const id of this.waiting.keys()) this.settle(id, undefined);
  }

  private receive(reply: Reply, writer: string): void {
    const from: readonly string[] | undefined = this.waiting.get(reply.id)?.from;
    if (from?.includes(writer)) this.settle(reply.id, reply);
  }

  private settle(id: string, reply: Reply | undefined): void {
    this.waiting.take(id)?.settle(reply);
  }

  private expire(now: number): void {
    for (const id of this.waiting.keys()) {
      if (this.waiting.get(id)!.until > now) break;
      this.settle(id, undefined);
    }
  }
}

/** None, when it is no list of replies: a courtesy may fail. */
export function readReplies(data: Uint8Array): Reply[] {
  try {
    const replies = readMessage(data, 'list of replies');
    return Array.isArray(replies) ? replies.filter((reply): reply is Reply => typeof reply?.id === 'string') : [];
  } catch {
    return [];
  }
}

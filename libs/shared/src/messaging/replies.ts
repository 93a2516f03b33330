import { createInbox, type NatsConnection } from '@nats-io/transport-node';

/** What came of something that was accepted. A courtesy: whoever gets none finds the truth by asking later. */
export interface Reply {
  /** The event that the answer is for. */
  id: string;
  [outcome: string]: unknown;
}

/** Sends replies, one message per waiting gateway, however many it waits for. */
export function sendReplies(
  connection: NatsConnection,
  replies: readonly { replyto: string | undefined; reply: Reply }[],
): void {
  const byInbox = new Map<string, Reply[]>();
  for (const { replyto, reply } of replies) {
    if (replyto === undefined) continue;
    const list = byInbox.get(replyto);
    if (list) list.push(reply);
    else byInbox.set(replyto, [reply]);
  }
  for (const [inbox, list] of byInbox) connection.publish(inbox, JSON.stringify(list));
}

interface Waiter {
  until: number;
  settle: (reply: Reply | undefined) => void;
}

/** The inbox of one gateway: whoever accepted something waits here for its outcome, but not for long. */
export class ReplyInbox {
  readonly subject = createInbox('_INBOX.replies');
  private readonly waiting = new Map<string, Waiter>();
  private readonly sweep: NodeJS.Timeout;

  constructor(connection: NatsConnection) {
    connection.subscribe(this.subject, {
      callback: (error, message) => {
        if (error) return;
        for (const reply of message.json<Reply[]>()) this.settle(reply.id, reply);
      },
    });
    // One look at a map in order of age instead of a timer per request.
    this.sweep = setInterval(() => this.expire(Date.now()), 50);
  }

  /** The reply, or undefined after `waitMs`. */
  wait(id: string, waitMs: number): Promise<Reply | undefined> {
    return new Promise((settle) => this.waiting.set(id, { until: Date.now() + waitMs, settle }));
  }

  close(): void {
    clearInterval(this.sweep);
    for (const id of this.waiting.keys()) this.settle(id, undefined);
  }

  private settle(id: string, reply: Reply | undefined): void {
    const waiter = this.waiting.get(id);
    if (!waiter) return;
    this.waiting.delete(id);
    waiter.settle(reply);
  }

  private expire(now: number): void {
    for (const [id, waiter] of this.waiting) {
      if (waiter.until > now) break;
      this.settle(id, undefined);
    }
  }
}

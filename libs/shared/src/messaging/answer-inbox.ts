import {
  createInbox,
  type Msg,
  type MsgHdrs,
  NoRespondersError,
  PermissionViolationError,
} from '@nats-io/transport-node';
import { inboxOf } from '../contracts/index.ts';
import { BriefMap } from '../kernel/index.ts';
import type { Broker } from './connect-nats.ts';

export interface QuestionOptions {
  timeout: number;
  headers?: MsgHdrs;
}

interface Pending {
  subject: string;
  resolve: (message: Msg) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/**
 * Requests over core NATS, like those of the client, but with an inbox for each who answers: `_INBOX.<we>.<they>.…`.
 * The broker lets nobody else write there, so an answer is from whom it was asked for.
 */
export class AnswerInbox {
  readonly #broker: Broker;
  readonly #bases = new Map<string, string>();
  readonly #pending = new BriefMap<Pending>();
  #last = 0;

  constructor(broker: Broker) {
    this.#broker = broker;
    broker.onRefusal((refusal) => this.#refuse(refusal));
    void broker.connection.closed().then(() => this.#rejectAll(new Error('The connection to the broker is closed.')));
  }

  /** Resolves with the first answer of `writer`; rejects with what the client's own request would. */
  request(
    writer: string,
    subject: string,
    payload: string | Uint8Array | undefined,
    options: QuestionOptions,
  ): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const reply = `${this.#baseOf(writer)}.${(this.#last += 1)}`;
      const timer = setTimeout(
        () => this.#settle(reply)?.reject(new Error(`No answer to ${subject} in time.`)),
        options.timeout,
      );
      this.#pending.set(reply, { subject, resolve, reject, timer });
      try {
        this.#broker.connection.publish(subject, payload, {
          reply,
          ...(options.headers && { headers: options.headers }),
        });
      } catch (error) {
        this.#settle(reply)?.reject(error as Error);
      }
    });
  }

  #baseOf(writer: string): string {
    const known = this.#bases.get(writer);
    if (known !== undefined) return known;
    const base = createInbox(inboxOf(this.#broker.user, writer));
    this.#broker.connection.subscribe(`${base}.*`, {
      // What JetStream was made to carry here has another subject, and is nobody's answer.
      callback: (error, message) => {
        if (error) return;
        const pending = this.#settle(message.subject);
        if (message.headers?.code === 503 && message.data.length === 0)
          pending?.reject(new NoRespondersError(pending.subject));
        else pending?.resolve(message);
      },
    });
    this.#bases.set(writer, base);
    return base;
  }

  #settle(reply: string): Pending | undefined {
    const pending = this.#pending.take(reply);
    clearTimeout(pending?.timer);
    return pending;
  }

  /** Without this, who may not ask would wait for an answer until its time is over. */
  #refuse(refusal: PermissionViolationError): void {
    for (const reply of this.#pending.keys()) {
      if (this.#pending.get(reply)?.subject === refusal.subject) this.#settle(reply)?.reject(refusal);
    }
  }

  #rejectAll(error: Error): void {
    for (const reply of this.#pending.keys()) this.#settle(reply)?.reject(error);
  }
}

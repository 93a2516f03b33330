import { createInbox, headers } from '@nats-io/transport-node';
import { downloadCatalog, type DownloadName, type DownloadRequestOf, inboxOf } from '../contracts/index.ts';
import { AppError } from '../kernel/index.ts';
import { isSampled, startSpan } from '../telemetry/index.ts';
import type { Broker } from './connect-nats.ts';
import { Download } from './download.ts';
import { type DownloadQuestion, type DownloadTimes, downloadTimes } from './download-protocol.ts';
import { deadlineHeader } from './request-headers.ts';

export interface OpenOptions {
  /** Until the first piece is here; 25 s by default. Later pieces may take as long as the sender says that it works. */
  timeoutMs?: number;
  /** Breaks off: what is asked for next throws the reason of the signal. */
  signal?: AbortSignal;
  /** Of the work that asks; the download becomes a span of its trace, here and at the other side. */
  traceparent?: string | undefined;
}

/** Asks other services for streams of bytes. */
export interface Downloads {
  /**
   * Resolves when the first piece is here. Throws the error of the other side, or `MESSAGING.UNAVAILABLE`; so does the
   * iteration when the answer breaks off, so what ended without a throw is whole. Read it or `return()` it.
   */
  open<Name extends DownloadName>(
    name: Name,
    item: DownloadRequestOf<Name>,
    options?: OpenOptions,
  ): Promise<AsyncIterableIterator<Uint8Array>>;
  /** Opens no more, waits up to `graceMs` for what is under way, and then breaks it off. */
  close(graceMs?: number): Promise<void>;
}

export function createDownloads(
  { connection, user }: Pick<Broker, 'connection' | 'user'>,
  times: DownloadTimes = downloadTimes,
): Downloads {
  const open = new Map<Download, Promise<void>>();
  let isClosed = false;

  return {
    async open(name, item, { timeoutMs = 25_000, signal, traceparent } = {}) {
      signal?.throwIfAborted();
      if (isClosed) throw stopping();
      const span =
        traceparent !== undefined && isSampled(traceparent)
          ? startSpan(`ask ${name}`, { kind: 'client', parent: traceparent })
          : undefined;
      let isOver = () => {};
      const over = new Promise<void>((resolve) => (isOver = resolve));
      const abort = () => download.fail(signal!.reason as Error);
      const download = new Download({
        name,
        silenceMs: times.silence,
        onEnd(failure) {
          signal?.removeEventListener('abort', abort);
          open.delete(download);
          if (failure) span?.fail(failure);
          span?.end();
          isOver();
        },
      });
      open.set(download, over);
      signal?.addEventListener('abort', abort);
      const { owner } = downloadCatalog[name];
      const inbox = createInbox(inboxOf(user, owner));
      const answered = `${inboxOf(owner, user)}.`;
      const subscription = connection.subscribe(inbox, {
        callback(error, message) {
          // Neither what JetStream was made to carry here nor what would have us answer elsewhere is a piece.
          const isOurs =
            error !== null || (message.subject === inbox && (message.reply || answered).startsWith(answered));
          if (isOurs) download.receive(error, message);
        },
      });
      const header = headers();
      header.set(deadlineHeader, String(Date.now() + timeoutMs));
      const question: DownloadQuestion = { item, traceparent: span?.traceparent ?? traceparent };
      await download.begin(subscription, timeoutMs, () =>
        connection.publish(name, JSON.stringify(question), { reply: inbox, headers: header }),
      );
      return download;
    },
    async close(graceMs = 5_000) {
      isClosed = true;
      const timer = setTimeout(() => {
        for (const download of open.keys()) download.fail(stopping());
      }, graceMs);
      await Promise.all(open.values());
      clearTimeout(timer);
    },
  };
}

function stopping(): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The service stops.', { retryAfterSeconds: 2 });
}

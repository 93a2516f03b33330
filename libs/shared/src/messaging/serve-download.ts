import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { downloadCatalog, type DownloadName } from '../contracts/index.ts';
import { AppError, asAppError, InHand } from '../kernel/index.ts';
import { type Logger, type Span, startSpan } from '../telemetry/index.ts';
import type { AnswerInbox } from './answer-inbox.ts';
import { type DownloadTimes, downloadTimes, readDownloadQuestion } from './download-protocol.ts';
import { DownloadSlots } from './download-slots.ts';
import { RemoteReader } from './remote-reader.ts';
import { deadlineHeader } from './request-headers.ts';
import { sendPieces, withBeats } from './send-pieces.ts';
import { inboxesFor, isFor } from './serve-requests.ts';

/** What a handler knows besides the question. */
export interface DownloadContext {
  /** Aborted when the reader is gone; the iteration is ended then as well. */
  signal: AbortSignal;
  /** To pass on. */
  traceparent: string | undefined;
}

/**
 * Yields pieces of any size; the next is asked for when the reader wants more. What is thrown before 256 KiB have come
 * is the whole answer; later, the download breaks off and the reader is told why.
 */
export type DownloadHandler = (
  item: unknown,
  context: DownloadContext,
) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

export interface ServeDownloadOptions {
  connection: NatsConnection;
  /** Where the reader says that it wants the next piece. */
  answers: AnswerInbox;
  name: DownloadName;
  /** Replicas of one service share the questions. */
  queueGroup: string;
  handle: DownloadHandler;
  /** Prepared at the same moment by this process; a few more wait. 4 by default. */
  atOnce?: number | undefined;
  logger: Logger;
  times?: DownloadTimes;
}

/** What is under way when the process stops may go on for so long. */
const graceMs = 5_000;

/** Serves one download of the catalogue; returns how to stop: takes no more, then breaks off what does not end soon. */
export function serveDownload(options: ServeDownloadOptions): () => Promise<void> {
  const { connection, name, queueGroup, logger, atOnce = 4 } = options;
  const inboxes = inboxesFor(downloadCatalog[name]);
  const slots = new DownloadSlots(atOnce);
  const stopping = new AbortController();
  const inHand = new InHand();
  const subscription = connection.subscribe(name, {
    queue: queueGroup,
    callback: (error, message) => {
      if (error) {
        logger.error({ err: error, download: name }, 'the subscription for a download failed');
        return;
      }
      if (!isFor(inboxes, message.reply)) {
        logger.warn({ download: name, reply: message.reply }, 'a download for nobody who may open it was dropped');
        return;
      }
      inHand.add(answer(message, { ...options, slots, stopping: stopping.signal }));
    },
  });
  return async () => {
    await subscription.drain();
    const timer = setTimeout(() => stopping.abort(unavailable('The service stops.')), graceMs);
    await inHand.ended();
    clearTimeout(timer);
  };
}

interface Answering extends ServeDownloadOptions {
  slots: DownloadSlots;
  stopping: AbortSignal;
}

/** Never rejects: what goes wrong is told to the reader, and to the log when it is a fault. */
async function answer(message: Msg, options: Answering): Promise<void> {
  const { connection, answers, name, stopping, logger, times = downloadTimes } = options;
  const reader = new RemoteReader({ connection, answers, inbox: message.reply!, answerMs: times.answer, stopping });
  const signal = AbortSignal.any([reader.gone.signal, stopping]);
  let span: Span | undefined;
  try {
    const { item, traceparent } = readDownloadQuestion(message.data);
    if (traceparent !== undefined) span = startSpan(`serve ${name}`, { kind: 'server', parent: traceparent });
    await produce(reader, { ...options, item, deadline: deadlineOf(message), signal, traceparent: span?.traceparent });
    reader.end();
  } catch (error) {
    span?.fail(error);
    if (asAppError(error) === undefined) logger.error({ err: error, download: name }, 'a download failed');
    reader.error(error);
  } finally {
    span?.end();
  }
}

interface Producing extends Answering, DownloadContext {
  item: unknown;
  /** Milliseconds until nobody waits for the beginning any more. */
  deadline: number;
}

async function produce(reader: RemoteReader, options: Producing): Promise<void> {
  const { name, item, handle, slots, deadline, signal, traceparent, times = downloadTimes } = options;
  const question = downloadCatalog[name].request.safeParse(item);
  if (!question.success) throw new AppError('REQUEST.INVALID', 'invalid', question.error.message);
  const beat = () => reader.working();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(unavailable('Too many downloads are under way.', 5)), deadline);
  try {
    const give = await withBeats(slots.take(AbortSignal.any([signal, late.signal])), times.beat, beat);
    clearTimeout(timer);
    try {
      const prepared = Promise.resolve(handle(question.data, { signal, traceparent }));
      await sendPieces(await withBeats(prepared, times.beat, beat), reader, times.beat);
    } finally {
      give();
    }
  } finally {
    clearTimeout(timer);
  }
}

const longestWaitMs = 600_000;

function deadlineOf(message: Msg): number {
  const at = Number(message.headers?.get(deadlineHeader));
  return at ? Math.min(Math.max(0, at - Date.now()), longestWaitMs) : longestWaitMs;
}

function unavailable(message: string, retryAfterSeconds = 1): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', message, { retryAfterSeconds });
}

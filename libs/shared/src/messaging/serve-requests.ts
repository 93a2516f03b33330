import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { inboxOf, requestCatalog, type RequestName } from '../contracts/index.ts';
import { AppError, InHand, toWireError, type WireError } from '../kernel/index.ts';
import { type Logger, startSpan } from '../telemetry/index.ts';
import { type Questions, readQuestions } from './read-questions.ts';
import { deadlineHeader } from './request-headers.ts';

/** What a handler returns for each question, in their order. An error is an answer too. */
export type RequestResult<Value = unknown> = Value | AppError;

export interface ServeRequestsOptions {
  connection: NatsConnection;
  name: RequestName;
  /** Replicas of one service share the questions. */
  queueGroup: string;
  handle: (items: unknown[]) => Promise<RequestResult[]>;
  logger: Logger;
}

/** Serves one request of the catalogue; returns how to stop after what is in hand. */
export function serveRequests(options: ServeRequestsOptions): () => Promise<void> {
  const { connection, name, queueGroup, logger } = options;
  const inboxes = inboxesFor(requestCatalog[name]);
  const inHand = new InHand();
  const subscription = connection.subscribe(name, {
    queue: queueGroup,
    callback: (error, message) => {
      if (error) {
        logger.error({ err: error, request: name }, 'the subscription for a request failed');
        return;
      }
      if (!isFor(inboxes, message.reply)) {
        logger.warn(
          { request: name, reply: message.reply },
          'a question whose answer is for nobody who may ask it was dropped',
        );
        return;
      }
      inHand.add(answer(message, options));
    },
  });
  return async () => {
    await subscription.drain();
    await inHand.ended();
  };
}

/**
 * Where the answer to one who may ask goes. The one who asks chooses the subject: without this look, it could have us
 * say to others what only we may say.
 */
export function inboxesFor({ owner, askers }: { owner: string; askers: readonly string[] }): string[] {
  return askers.map((asker) => `${inboxOf(asker, owner)}.`);
}

export function isFor(inboxes: string[], reply: string | undefined): reply is string {
  return reply !== undefined && inboxes.some((inbox) => reply.startsWith(inbox));
}

async function answer(message: Msg, { connection, name, handle, logger }: ServeRequestsOptions): Promise<void> {
  const deadline = Number(message.headers?.get(deadlineHeader));
  if (deadline && Date.now() > deadline) {
    logger.warn({ request: name }, 'a request came after its deadline and was dropped');
    return;
  }
  let questions: Questions;
  try {
    questions = readQuestions(message.data);
  } catch (error) {
    // Nothing of ours sends it, and an exception in a callback of the broker would end the process.
    logger.warn({ err: error, request: name }, 'a request that cannot be read was refused');
    message.respond(JSON.stringify({ error: toWireError(error) }));
    return;
  }
  const results = await resultsOf(questions, { name, handle, logger });
  const text = JSON.stringify({ results });
  const limit = connection.info?.max_payload ?? 1024 * 1024;
  const fits = text.length < limit / 3 || Buffer.byteLength(text) < limit;
  message.respond(fits ? text : '{"too_large":true}');
}

async function resultsOf(
  { items, traceparents }: Questions,
  { name, handle, logger }: Pick<ServeRequestsOptions, 'name' | 'handle' | 'logger'>,
): Promise<({ value: unknown } | { error: WireError })[]> {
  const spans = traceparents.flatMap((parent) =>
    parent === null ? [] : [startSpan(`serve ${name}`, { kind: 'server', parent })],
  );
  const parsed = items.map((item) => requestCatalog[name].request.safeParse(item));
  const good = parsed.flatMap((result) => (result.success ? [result.data] : []));
  let answers: RequestResult[];
  try {
    answers = good.length === 0 ? [] : await handle(good);
    if (answers.length !== good.length)
      throw new Error(`${name}: ${answers.length} answers to ${good.length} questions`);
  } catch (error) {
    for (const span of spans) span.fail(error);
    logger.error({ err: error, request: name }, 'a request failed');
    answers = good.map(
      () => new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The service could not answer.', { cause: error }),
    );
  }
  for (const span of spans) span.end();
  let next = 0;
  return parsed.map((result) => {
    if (!result.success) return { error: { code: 'REQUEST.INVALID', kind: 'invalid', message: result.error.message } };
    const value = answers[next++];
    return value instanceof AppError ? { error: toWireError(value) } : { value: value ?? null };
  });
}

import { headers, NoRespondersError } from '@nats-io/transport-node';
import { requestCatalog, type RequestName, type RequestOf, type ResponseOf } from '../contracts/index.ts';
import { AppError, fromWireError, type WireError } from '../kernel/index.ts';
import { isSampled, type Span, startSpan } from '../telemetry/index.ts';
import type { AnswerInbox } from './answer-inbox.ts';
import { itemsAtOnce } from './read-questions.ts';
import { deadlineHeader } from './request-headers.ts';

export interface AskOptions {
  /** The answer is worth nothing after this; travels along, so that the other side does not work for nobody. */
  timeoutMs?: number;
  /** Of the work that asks; the question becomes a span of its trace, here and at the other side. */
  traceparent?: string | undefined;
}

/** Asks other services. */
export interface Requester {
  /**
   * Throws the error of the other side, or `MESSAGING.UNAVAILABLE` when no answer comes in time; a write may have
   * happened then. Nothing is retried here.
   */
  ask<Name extends RequestName>(name: Name, item: RequestOf<Name>, options?: AskOptions): Promise<ResponseOf<Name>>;
}

interface Question {
  item: unknown;
  timeoutMs: number;
  span: Span | undefined;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

type Answer = { results: ({ value: unknown } | { error: WireError })[] } | { too_large: true };

const bytesAtOnce = 512 * 1024;

/**
 * Questions that wait at the same moment go together: at most two requests per subject are on their way, and what
 * comes meanwhile forms the next. Measured, that makes polls and check-ins two to three times cheaper.
 */
export function createRequester(answers: AnswerInbox, inFlightAtMost = 2): Requester {
  const queues = new Map<RequestName, { waiting: Question[]; inFlight: number; scheduled: boolean }>();

  function schedule(name: RequestName): void {
    const queue = queues.get(name)!;
    if (queue.scheduled || queue.inFlight >= inFlightAtMost || queue.waiting.length === 0) return;
    queue.scheduled = true;
    setImmediate(() => {
      queue.scheduled = false;
      if (queue.inFlight >= inFlightAtMost || queue.waiting.length === 0) return;
      queue.inFlight += 1;
      void send(name, takeBatch(queue.waiting)).finally(() => {
        queue.inFlight -= 1;
        schedule(name);
      });
      schedule(name);
    });
  }

  async function send(name: RequestName, { questions, body }: { questions: Question[]; body: string }): Promise<void> {
    const timeout = Math.max(...questions.map((question) => question.timeoutMs));
    const header = headers();
    header.set(deadlineHeader, String(Date.now() + timeout));
    let answer: Answer;
    try {
      const reply = await answers.request(requestCatalog[name].owner, name, body, { timeout, headers: header });
      answer = readAnswer(reply.json());
    } catch (error) {
      const failure = noAnswer(name, error);
      for (const question of questions) question.reject(failure);
      return;
    }
    if ('too_large' in answer) return split(name, questions);
    questions.forEach((question, index) => {
      const result = answer.results[index];
      if (result && 'value' in result) question.resolve(result.value);
      else question.reject(fromWireError(result?.error));
    });
  }

  /** The answers do not fit one message: each half is asked again. What was written already is found written. */
  async function split(name: RequestName, questions: Question[]): Promise<void> {
    const [only] = questions;
    if (questions.length === 1 && only) {
      only.reject(
        new AppError('MESSAGING.UNAVAILABLE', 'unavailable', `The answer to ${name} is larger than the broker takes.`),
      );
      return;
    }
    const middle = questions.length >> 1;
    for (const half of [questions.slice(0, middle), questions.slice(middle)]) {
      await send(name, {
        questions: half,
        body: bodyOf(
          half,
          half.map(({ item }) => JSON.stringify(item)),
        ),
      });
    }
  }

  return {
    ask<Name extends RequestName>(
      name: Name,
      item: RequestOf<Name>,
      { timeoutMs = 2_000, traceparent }: AskOptions = {},
    ) {
      return new Promise<ResponseOf<Name>>((resolve, reject) => {
        let queue = queues.get(name);
        if (!queue) queues.set(name, (queue = { waiting: [], inFlight: 0, scheduled: false }));
        queue.waiting.push(
          traced(name, traceparent, { item, timeoutMs, resolve: resolve as Question['resolve'], reject }),
        );
        schedule(name);
      });
    },
  };
}

/** In an unsampled trace the question stays as it is. */
function traced(name: string, traceparent: string | undefined, question: Omit<Question, 'span'>): Question {
  if (traceparent === undefined || !isSampled(traceparent)) return { ...question, span: undefined };
  const span = startSpan(`ask ${name}`, { kind: 'client', parent: traceparent });
  return {
    ...question,
    span,
    resolve(value) {
      span.end();
      question.resolve(value);
    },
    reject(error) {
      span.fail(error);
      span.end();
      question.reject(error);
    },
  };
}

function takeBatch(waiting: Question[]): { questions: Question[]; body: string } {
  const texts: string[] = [];
  let size = 0;
  while (texts.length < waiting.length && texts.length < itemsAtOnce) {
    const text = JSON.stringify(waiting[texts.length]!.item);
    if (texts.length > 0 && size + text.length > bytesAtOnce) break;
    texts.push(text);
    size += text.length;
  }
  const questions = waiting.splice(0, texts.length);
  return { questions, body: bodyOf(questions, texts) };
}

function bodyOf(questions: Question[], items: string[]): string {
  const isTraced = questions.some((question) => question.span !== undefined);
  const traces = isTraced
    ? `,"traceparents":${JSON.stringify(questions.map(({ span }) => span?.traceparent ?? null))}`
    : '';
  return `{"items":[${items.join(',')}]${traces}}`;
}

/** The broker itself can be made to write into an inbox, but not what. */
function readAnswer(answer: unknown): Answer {
  const { results, too_large } = (answer ?? {}) as { results?: unknown; too_large?: unknown };
  if (Array.isArray(results) || too_large === true) return answer as Answer;
  throw new Error('This is no answer.');
}

function noAnswer(name: string, error: unknown): AppError {
  const message = error instanceof NoRespondersError ? `Nobody answers ${name} now.` : `No answer to ${name} in time.`;
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', message, { cause: error, retryAfterSeconds: 2 });
}

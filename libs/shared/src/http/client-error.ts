import type { Socket } from 'node:net';
import { AppError, newId } from '../kernel/index.ts';
import { newTraceparent, traceIdOf } from '../telemetry/index.ts';
import { countedAddress } from './client-address.ts';
import { type Problem, toProblem } from './problem.ts';
import type { RequestAudit } from './request-audit.ts';
import type { RequestContext } from './request-context.ts';
import { responseHeadersOf } from './response-headers.ts';

/** Statuses that only the HTTP parser gives; no kind of failure stands for them. */
const parserRefusals: Readonly<Record<string, { line: string; message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { line: '408 Request Timeout', message: 'The request did not come in time.' },
  HPE_HEADER_OVERFLOW: { line: '431 Request Header Fields Too Large', message: 'The headers are too large.' },
};

type Refusal = { line: string; message: string };
type Names = Pick<RequestContext, 'requestId' | 'traceparent'>;

const malformed = { line: '400 Bad Request', message: 'This is no HTTP request that can be read.' };

function answerOf({ line, message }: Refusal, { requestId, traceparent }: Names): string {
  const context = { requestId, traceparent, traceId: traceIdOf(traceparent), startedAt: 0 };
  const problem: Problem = toProblem(new AppError('REQUEST.INVALID', 'invalid', message), { ...context, instance: '' });
  const body = JSON.stringify({ ...problem.body, status: Number(line.slice(0, 3)), instance: undefined });
  const headers = {
    ...responseHeadersOf(context),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${line}\r\n${lines.join('')}\r\n${body}`;
}

/** Answers on the bare socket when the HTTP parser refuses what came, and closes it. */
export function createAnswerClientError(
  audit: Pick<RequestAudit, 'noteRefusal'> | undefined,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) {
      return;
    }
    const refusal = parserRefusals[error.code ?? ''] ?? malformed;
    const names = { requestId: newId(), traceparent: newTraceparent(false) };
    // No header was read, so behind a proxy it is the proxy that gets the blame.
    const address = countedAddress(socket.remoteAddress ?? '');
    const status = Number(refusal.line.slice(0, 3));
    audit?.noteRefusal({ request: undefined, address, status, code: 'REQUEST.INVALID', ...names });
    if (socket.writable) {
      socket.write(answerOf(refusal, names));
    }
    socket.destroy(error);
  };
}

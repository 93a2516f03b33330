import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Logger } from '../telemetry/index.ts';
import { logFailure } from './log-failure.ts';
import { MediaAnswer } from './media-answer.ts';
import { expectedFailureOf } from './problem.ts';
import { noteFailure, requestContextOf } from './request-context.ts';

type FastifyReplyBody = string | Buffer | StreamableFile;

/** Sends what is a `MediaAnswer` as what it says it is; everything else is JSON. */
export class MediaAdapter extends FastifyAdapter {
  /** Told of answers that broke off. */
  failureLogger: Logger | undefined;

  override reply(response: FastifyReply, body: unknown, statusCode?: number): ReturnType<FastifyAdapter['reply']> {
    return super.reply(response, body instanceof MediaAnswer ? this.#prepare(response, body) : body, statusCode);
  }

  #prepare(reply: FastifyReply, { mediaType, body, headers }: MediaAnswer): FastifyReplyBody {
    void reply.headers(headers).type(mediaType);
    if (typeof body === 'string') return body;
    if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const stream = Readable.from(body, { objectMode: false });
    stream.on('error', (error) => {
      if (!reply.raw.headersSent) forgetHeaders(reply, Object.keys(headers));
      else this.#tellBreak(reply, error);
    });
    return new StreamableFile(stream);
  }

  /** Fastify cuts the connection; the log and the trace learn why. */
  #tellBreak(reply: FastifyReply, error: Error): void {
    const { request } = reply;
    if (this.failureLogger === undefined || reply.raw.destroyed) return;
    noteFailure(request, error);
    const { requestId, traceparent } = requestContextOf(request);
    const fields = { error, requestId, traceparent, method: request.method, route: request.routeOptions.url };
    logFailure(expectedFailureOf(error), fields, this.failureLogger);
  }
}

/** Nothing was sent yet: the answer will be a problem document. */
function forgetHeaders(reply: FastifyReply, names: string[]): void {
  for (const name of names) {
    reply.removeHeader(name);
    reply.raw.removeHeader(name);
  }
}

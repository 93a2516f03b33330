import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson } from '../json/index.ts';
import { AppError } from '../kernel/index.ts';

/** A request whose body was JSON: its exact bytes are kept for whoever hashes or verifies them. */
export type RequestWithRawBody = FastifyRequest & { rawBody?: Buffer };

/** JSON between programs is UTF-8 (RFC 8259, section 8.1); a caller that announces something else is mistaken. */
function refuseOtherCharset(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new AppError('REQUEST.UNSUPPORTED_MEDIA_TYPE', 'unsupported', 'JSON is read as UTF-8 only.');
  }
}

const textIsKept = { keepsText: true };

/** Makes `application/json`, read strictly, the only content type that the app takes. */
export function acceptStrictJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: RequestWithRawBody, body: Buffer, done) => {
      let value: unknown;
      try {
        const contentType = request.headers['content-type'];
        if (contentType !== undefined && contentType !== 'application/json') {
          refuseOtherCharset(contentType);
        }
        const { keepsText = false } = request.routeOptions.config as { keepsText?: boolean };
        value = parseStrictJson(body, keepsText ? textIsKept : undefined);
      } catch (error) {
        done(error as Error);
        return;
      }
      request.rawBody = body;
      done(null, value);
    },
  );
}

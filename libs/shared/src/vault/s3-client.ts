import { hash } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { Client } from 'minio';
import { vaultUnavailable } from './vault-errors.ts';

export interface S3Settings {
  /** `https://host:port`, or `http://…` within a trusted network. */
  endpoint: string;
  /** Made with Object Lock when it is missing. */
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** The longest that one request may take, its answer's body included (10 s). */
  timeoutMs?: number;
}

export interface S3Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface S3Request {
  method: 'GET' | 'PUT' | 'HEAD';
  /** Absent: the bucket itself. */
  key?: string;
  versionId?: string;
  /** Further parameters; `''` for one that has no value (`retention`). */
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Statuses that come back as an answer; any other is an error. */
  expect: number[];
}

export interface S3Client {
  readonly minio: Client;
  /** A signed request for one object or the bucket. */
  send(request: S3Request): Promise<S3Answer>;
  close(): void;
}

/**
 * The minio client, with a time limit on every request and without its own retries: who retries is decided above, and
 * its warnings go to the console. A put does not use its `putObject`, which turns `x-amz-object-lock-*` headers into
 * plain metadata (8.0.7): the object would be kept without any lock.
 */
export function createS3Client(settings: S3Settings): S3Client {
  const { bucket, timeoutMs = 10_000 } = settings;
  const url = new URL(settings.endpoint);
  const useSSL = url.protocol === 'https:';
  const agent = new (useSSL ? https : http).Agent({ keepAlive: true, maxSockets: 64 });
  const { request } = useSSL ? https : http;
  const minio = new Client({
    endPoint: url.hostname,
    port: url.port === '' ? (useSSL ? 443 : 80) : Number(url.port),
    useSSL,
    region: settings.region,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    transportAgent: agent,
    transport: {
      request: ((options: https.RequestOptions, answer: (message: http.IncomingMessage) => void) =>
        request({ ...options, signal: AbortSignal.timeout(timeoutMs) }, answer)) as typeof http.request,
    },
    retryOptions: { disableRetry: true },
  });

  return {
    minio,
    async send({ method, key, versionId, query = {}, headers = {}, body = Buffer.alloc(0), expect }) {
      const message = await minio.makeRequestAsync(
        {
          method,
          bucketName: bucket,
          objectName: key,
          headers: { ...headers, ...(method === 'PUT' && { 'content-md5': hash('md5', body, 'base64') }) },
          query: writeQuery({ ...query, ...(versionId !== undefined && { versionId }) }),
        },
        body,
        expect,
      );
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const answer = { status: message.statusCode!, headers: message.headers, body: Buffer.concat(chunks) };
      const length = Number(message.headers['content-length'] ?? answer.body.length);
      if (method !== 'HEAD' && answer.body.length !== length) throw vaultUnavailable('send the whole of an answer');
      return answer;
    },
    close: () => agent.destroy(),
  };
}

/** Ours, for minio signs a query as it came: what it would have to escape breaks its signature. */
const writeQuery = (parameters: Record<string, string>): string =>
  Object.entries(parameters)
    .map(([name, value]) => (value === '' ? name : `${name}=${encodeURIComponent(value)}`))
    .join('&');

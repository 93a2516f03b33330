import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** For tests: what the store, or the way to it, does wrong. */
export type Fault =
  | 'none'
  | 'hang'
  | 'unavailable'
  | 'garble-answer'
  | 'cut-answer'
  | 'garble-upload'
  | 'hide-lock'
  | 'shorten-lock'
  | 'swallow-change'
  | 'late-winner';

export interface FaultyS3 {
  readonly endpoint: string;
  fault: Fault;
  /** The headers of every PUT that went through, the newest last. */
  readonly puts: IncomingHttpHeaders[];
  /** Method and path of every request, the newest last. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Passes requests on to a real S3 and does the fault that is set. Host and signed headers go through unchanged. */
export async function startFaultyS3(target: string): Promise<FaultyS3> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const fault = proxy.fault;
    if (fault === 'hang') return void incoming.resume();
    if (fault === 'unavailable') return void outgoing.writeHead(503).end();
    proxy.requests.push(`${incoming.method} ${incoming.url}`);
    // Says yes to a change of a lock and does nothing.
    const isChange = incoming.method === 'PUT' && /\?(?:retention|legal-hold)/.test(incoming.url!);
    if (fault === 'swallow-change' && isChange) return void incoming.resume().on('end', () => outgoing.end());
    if (incoming.method === 'PUT') proxy.puts.push(incoming.headers);
    void readAll(incoming).then((body) => {
      const options = { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers };
      const passed = forward(options, (answer) => {
        void readAll(answer).then((content) => {
          const headers = { ...answer.headers };
          const isObject = incoming.method === 'GET' && headers['x-amz-object-lock-mode'] !== undefined;
          if (fault === 'hide-lock') delete headers['x-amz-object-lock-mode'];
          if (fault === 'shorten-lock' && isObject)
            headers['x-amz-object-lock-retain-until-date'] = new Date().toISOString();
          if (fault === 'garble-answer' && isObject) content[0]! ^= 1;
          // As if another process had written the same a moment earlier.
          const isLate = fault === 'late-winner' && incoming.headers['if-none-match'] === '*';
          outgoing.writeHead(isLate ? 412 : answer.statusCode!, headers);
          if (fault === 'cut-answer' && isObject) outgoing.write(content.subarray(0, 10), () => outgoing.destroy());
          else outgoing.end(content);
        });
      });
      if (fault === 'garble-upload' && body.length > 0) body[0]! ^= 1;
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    });
  });
  const proxy: FaultyS3 = {
    endpoint: await listen(server),
    fault: 'none',
    puts: [],
    requests: [],
    close: () => close(server),
  };
  return proxy;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

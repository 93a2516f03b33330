import { request } from 'node:http';
import type { Json } from './call.ts';

/** A request whose head and half of whose body the server has. */
export interface HeldRequest {
  /** Sends the rest. */
  finish: () => Promise<{ status: number; body: Json; connection: string | undefined }>;
}

/** Resolves once the server has taken the request up: it has said `100 Continue`. */
export async function holdRequest(url: string, key: string, body: object): Promise<HeldRequest> {
  const text = JSON.stringify(body);
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      authorization: `Bearer ${key}`,
      expect: '100-continue',
    },
  });
  const answer = new Promise<Awaited<ReturnType<HeldRequest['finish']>>>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: JSON.parse(received), connection: response.headers.connection }),
      );
    });
  });
  answer.catch(() => {}); // it is for `finish` to tell
  await new Promise<void>((resolve, reject) => {
    sent.once('continue', resolve);
    sent.once('error', reject);
    sent.flushHeaders();
  });
  sent.write(text.slice(0, 20));
  return {
    finish() {
      sent.end(text.slice(20));
      return answer;
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, call, type CallOptions } from '../harness/call.ts';
import type { History } from './history.ts';

const patienceMs = 90_000;

/** Sends as a client in the field does: the same request with the same key until it is answered with something final. */
export async function persist(
  urls: string[],
  path: string,
  options: CallOptions,
  history: History,
): Promise<Answer | undefined> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await call(urls[attempt % urls.length]! + path, options).catch(() => undefined);
    if (answer?.status === 200) return answer;
    if (answer !== undefined && answer.status !== 503) {
      history.wrong.push(`${path}: ${answer.status} ${answer.text}`);
      return undefined;
    }
    if (answer !== undefined && !(Number(answer.headers.get('retry-after')) >= 1)) {
      history.wrong.push(`${path}: a 503 without Retry-After: ${answer.text}`);
    }
    if (Date.now() > deadline) {
      history.wrong.push(`${path}: given up after ${attempt + 1} tries: ${answer?.text ?? 'no answer'}`);
      return undefined;
    }
    history.retries += 1;
    await delay(Math.min(200 * 2 ** attempt, 1_000));
  }
}

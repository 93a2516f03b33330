import { errorCatalog } from '@countersign/shared/contracts';
import type { RawAnswer } from './raw-connection.ts';

export interface Judgement {
  label: string;
  fault?: string | undefined;
}

/** What the ledger has not published yet comes a second later; that is no failure. */
const notYet = new Set(['LEDGER.NOT_PUBLISHED']);
const internals = /node_modules|\.[jt]s:\d|\bat \w+ \(|select .+ from |insert into /i;

/** Whether an answer is one that a stranger may get, and in which words. */
export function judgeAnswer(answer: RawAnswer): Judgement {
  const { status, headers, body } = answer;
  if (status < 400) return { label: String(status) };
  const text = body.toString('utf8');
  const problem = parse(text);
  const code = String(problem['error_code']);
  const label = `${status} ${code} ${String(problem['detail']).replaceAll(/\d+/g, '0').split(' ', 3).join(' ')}`;
  return { label, fault: faultOf(status, code, text, headers) };
}

function faultOf(status: number, code: string, text: string, headers: Record<string, string>): string | undefined {
  if (status >= 500 && !notYet.has(code)) return `${status} ${code}`;
  // HEAD has no body to look at.
  if (text === '') return undefined;
  if (!headers['content-type']?.startsWith('application/problem+json')) return `${status} is no problem document`;
  if (!Object.hasOwn(errorCatalog, code)) return `${status} has a code that is not declared`;
  return internals.test(text) ? `${status} ${code} tells about our insides` : undefined;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

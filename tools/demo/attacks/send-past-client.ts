import type { DemoBox } from '../fleet/open-box.ts';

/** How an attack was answered; the code is empty when it was not refused. */
export interface Refusal {
  status: number;
  code: string;
}

/** As somebody with the box's credential would, without its client; `isSigned` has the box's key sign it too. */
export function post(box: DemoBox, path: string, body: string, { isSigned }: { isSigned: boolean }): Promise<Refusal> {
  const signature = isSigned ? box.sign({ method: 'POST', target: path, body }) : {};
  const headers = { ...credentialOf(box), 'content-type': 'application/json', ...signature };
  return answerOf(fetch(box.gatewayUrl + path, { method: 'POST', headers, body }));
}

export const read = (box: DemoBox, path: string): Promise<Refusal> =>
  answerOf(fetch(box.gatewayUrl + path, { headers: credentialOf(box) }));

export async function answerOf(sent: Promise<Response>): Promise<Refusal> {
  const response = await sent;
  const answer = (await response.json()) as { error_code?: string };
  return { status: response.status, code: answer.error_code ?? '' };
}

const credentialOf = ({ apiKey }: DemoBox) => ({ authorization: `Bearer ${apiKey}` });

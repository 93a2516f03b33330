import type { Signer } from '@countersign/shared/crypto';
import { createRequestSigner } from '@countersign/shared/http-signature';

/** A request as it goes over the wire. */
export interface Message {
  method: string;
  target: string;
  /** Sent in this order, doubles too. */
  headers: [name: string, value: string][];
  body?: string | undefined;
}

/** A box that has enrolled: the key is of the epoch, the credential of the key. */
export interface Box {
  site: string;
  host: string;
  key: string;
  signer: Signer;
}

export interface MessageOptions {
  body?: object;
  /** A body that is not JSON, in place of `body`. */
  raw?: { text: string; type: string };
  /** Null: nothing is signed. */
  signer?: Signer | null;
  at?: Date;
  idempotencyKey?: string;
}

/** The request of a box, signed unless `signer` is null. */
export function messageOf(box: Box, method: string, target: string, options: MessageOptions = {}): Message {
  const { signer = box.signer, at = new Date(), idempotencyKey } = options;
  const { text: body, type } =
    options.raw ?? (options.body ? { text: JSON.stringify(options.body), type: 'application/json' } : {});
  const headers = {
    ...(type !== undefined && { 'content-type': type }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
  const signature = signer && createRequestSigner(signer, { now: () => at })({ method, target, body, headers });
  return {
    method,
    target,
    headers: Object.entries({ authorization: `Bearer ${box.key}`, ...headers, ...signature }),
    body,
  };
}

export const withHeader = (message: Message, name: string, change: (value: string) => string): Message => ({
  ...message,
  headers: message.headers.map(([key, value]) => [key, key === name ? change(value) : value]),
});
export const withoutHeader = (message: Message, name: string): Message => ({
  ...message,
  headers: message.headers.filter(([key]) => key !== name),
});

/** S + L in place of S: the same equation holds, which is why it must not. */
export function malleate(signatureBase64: string): string {
  const bytes = Buffer.from(signatureBase64, 'base64');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32).toReversed()).toString('hex')}`) + order;
  const changed = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').toReversed();
  return Buffer.concat([bytes.subarray(0, 32), changed]).toString('base64');
}

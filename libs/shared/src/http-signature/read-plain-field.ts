import type { BytesField, SignatureInput } from './signature-fields.ts';

const bytesShape = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):$/;
const inputShape =
  /^([a-z*][a-z0-9_.*-]*)=(\(((?:"[a-z0-9@-]+"(?: "[a-z0-9@-]+")*)?)\);created=(0|[1-9]\d{0,14});nonce="([A-Za-z0-9+/_=-]*)";keyid="([0-9a-z]*)";alg="([a-z0-9]*)";tag="([a-z]*)")$/;

/** `key=:bytes:` and nothing else; undefined: ask the whole parser. */
export function readPlainBytes(text: string): BytesField | undefined {
  const match = bytesShape.exec(text);
  if (match === null) return undefined;
  const base64 = match[2]!;
  const bytes = Buffer.from(base64, 'base64');
  // Node decodes what is no base64 too; a second spelling of the same bytes is none of ours.
  return bytes.toString('base64') === base64 ? { key: match[1]!, hex: bytes.toString('hex') } : undefined;
}

/**
 * `Signature-Input` as our own signer, and any other that does not go out of its way, spells it; undefined: ask the whole
 * parser, which takes a third of what the verification does, for each request.
 */
export function readPlainInput(field: string): SignatureInput | undefined {
  const match = inputShape.exec(field);
  if (match === null) return undefined;
  const [, key, text, names, created, nonce, keyId, alg, tag] = match as unknown as string[];
  // Quotation marks stand around the whole and around each blank.
  const components = names === '' ? [] : names!.slice(1, -1).split('" "');
  return {
    key: key!,
    components,
    created: Number(created),
    nonce: nonce!,
    keyId: keyId!,
    alg: alg!,
    tag: tag!,
    text: text!,
  };
}

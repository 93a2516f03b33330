import type { BareItem, InnerList } from 'structured-headers';
import type { OnlyMember } from './only-member.ts';

const bytesShape = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):$/;
const inputShape =
  /^([a-z*][a-z0-9_.*-]*)=(\((?:"[a-z0-9@-]+"(?: "[a-z0-9@-]+")*)?\);created=(0|[1-9]\d{0,14});nonce="([A-Za-z0-9+/_=-]*)";keyid="([0-9a-z]*)";alg="([a-z0-9]*)";tag="([a-z]*)")$/;
const none: ReadonlyMap<string, BareItem> = new Map<string, BareItem>();

/** `key=:bytes:` and nothing else; undefined: ask the whole parser. */
export function readPlainBytes(text: string): OnlyMember | undefined {
  const [, key, base64] = bytesShape.exec(text) ?? [];
  if (key === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  // Node decodes what is no base64 too; a second spelling of the same bytes is none of ours.
  if (bytes.toString('base64') !== base64) return undefined;
  return {
    key,
    member: [new Uint8Array(bytes).buffer, none as Map<string, BareItem>],
    text: text.slice(key.length + 1),
  };
}

/**
 * `Signature-Input` as our own signer, and any other that does not go out of its way, spells it; undefined: ask the whole
 * parser, which takes a tenth of what the verification does, for each request.
 */
export function readPlainInput(text: string): OnlyMember | undefined {
  const [, key, value, created, nonce, keyid, alg, tag] = inputShape.exec(text) ?? [];
  if (key === undefined || value === undefined) return undefined;
  const names = value.slice(1, value.indexOf(')'));
  const items = names === '' ? [] : names.split(' ').map((name) => [name.slice(1, -1), none]);
  const parameters = new Map<string, unknown>([
    ['created', Number(created)],
    ['nonce', nonce],
    ['keyid', keyid],
    ['alg', alg],
    ['tag', tag],
  ]);
  return { key, member: [items, parameters] as unknown as InnerList, text: value };
}

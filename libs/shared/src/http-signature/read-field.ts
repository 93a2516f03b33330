import { type Dictionary, type InnerList, type Item, parseDictionary, serializeDictionary } from 'structured-headers';
import { readPlainBytes, readPlainInput } from './read-plain-field.ts';
import { signatureInvalid } from './signature-error.ts';
import type { BytesField, SignatureInput } from './signature-fields.ts';

const parameters = ['created', 'nonce', 'keyid', 'alg', 'tag'];

/** A field of nothing but bytes; whichever way it is read, it stands in its one canonical spelling. */
export const readBytes = (field: string, text: string): BytesField => readPlainBytes(text) ?? readAnyBytes(field, text);

/** Its bytes, which have to be so many. */
export function hexOf(field: string, { hex }: BytesField, length: number): string {
  if (hex.length !== 2 * length) throw signatureInvalid(`${field} does not hold ${length} bytes.`);
  return hex;
}

export const readInput = (text: string): SignatureInput => readPlainInput(text) ?? readAnyInput(text);

/** By the parser of structured fields, for every spelling there is. */
export function readAnyBytes(field: string, text: string): BytesField {
  const { key, member } = readOnlyMember(field, text);
  const [value, { size }] = member;
  if (!(value instanceof ArrayBuffer) || size > 0) throw signatureInvalid(`${field} does not hold bytes alone.`);
  return { key, hex: Buffer.from(value).toString('hex') };
}

/** By the parser of structured fields, for every spelling there is. */
export function readAnyInput(text: string): SignatureInput {
  const { key, member } = readOnlyMember('signature-input', text);
  const [items, said] = member;
  if (!Array.isArray(items)) throw signatureInvalid('Signature-Input does not say what is covered.');
  const components = items.map(([name, { size }]) => {
    if (typeof name === 'string' && size === 0) return name;
    throw signatureInvalid('Components are strings without parameters.');
  });
  if ([...said.keys()].some((name) => !parameters.includes(name))) {
    throw signatureInvalid('The signature has a parameter that is not known here.');
  }
  const created = said.get('created');
  if (typeof created !== 'number' || !Number.isSafeInteger(created) || created < 0) {
    throw signatureInvalid('created must be an integer, in seconds.');
  }
  const textOf = (name: string): string => {
    const value = said.get(name);
    if (typeof value === 'string') return value;
    throw signatureInvalid(`${name} must be a string.`);
  };
  const [nonce, keyId, alg, tag] = ['nonce', 'keyid', 'alg', 'tag'].map(textOf) as [string, string, string, string];
  return { key, components, created, nonce, keyId, alg, tag, text: text.slice(key.length + 1) };
}

/**
 * The only member of a dictionary (RFC 9651), in its one canonical spelling: of two members, or of a parameter that stands
 * twice, parsers take the last or the first, and spaces are for whoever rewrites headers.
 */
function readOnlyMember(field: string, text: string): { key: string; member: Item | InnerList } {
  const fields = parse(field, text);
  if (serializeDictionary(fields) !== text) throw signatureInvalid(`${field} is not in its canonical form.`);
  const [first, ...more] = fields;
  if (first === undefined || more.length > 0) throw signatureInvalid(`${field} has more or less than one member.`);
  return { key: first[0], member: first[1] };
}

function parse(field: string, text: string): Dictionary {
  try {
    return parseDictionary(text);
  } catch {
    throw signatureInvalid(`${field} is no structured field.`);
  }
}

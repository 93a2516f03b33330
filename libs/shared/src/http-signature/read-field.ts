import { toHex } from '../crypto/portable.ts';
import { type Dictionary, type InnerList, type Item, parseDictionary, serializeDictionary } from 'structured-headers';
import type { OnlyMember } from './only-member.ts';
import { readPlainBytes, readPlainInput } from './read-plain-field.ts';
import { signatureInvalid } from './signature-error.ts';

/**
 * The only member of a dictionary (RFC 9651), in its one canonical spelling: of two members, or of a parameter that stands
 * twice, parsers take the last or the first, and spaces are for whoever rewrites headers.
 */
export function readOnlyMember(field: string, text: string): OnlyMember {
  return readPlainBytes(text) ?? readPlainInput(text) ?? readAnyMember(field, text);
}

/** The same by the parser of structured fields, for every spelling there is. */
export function readAnyMember(field: string, text: string): OnlyMember {
  let fields: Dictionary;
  try {
    fields = parseDictionary(text);
    if (serializeDictionary(fields) !== text) throw signatureInvalid(`${field} is not in its canonical form.`);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'AUTH.SIGNATURE_INVALID') throw error;
    throw signatureInvalid(`${field} is no structured field.`);
  }
  const [first, ...more] = fields;
  if (first === undefined || more.length > 0) throw signatureInvalid(`${field} has more or less than one member.`);
  return { key: first[0], member: first[1], text: text.slice(first[0].length + 1) };
}

/** A member that is nothing but bytes, as hex. */
export function bytesOf(field: string, member: Item | InnerList, length: number): string {
  const [value, parameters] = member;
  if (!(value instanceof ArrayBuffer) || value.byteLength !== length || parameters.size > 0) {
    throw signatureInvalid(`${field} does not hold ${length} bytes.`);
  }
  return toHex(new Uint8Array(value));
}

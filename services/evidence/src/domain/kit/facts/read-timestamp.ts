import { toHex } from '@countersign/shared/crypto';
import { childrenOf, type DerElement, readDer } from './read-der.ts';

/** What a timestamp authority's answer is about; whether its signature holds is for `openssl ts -verify`. */
export interface KitTimestamp {
  /** RFC 3339 in UTC. */
  stampedAt: string;
  /** SHA-256 of what was stamped, 64 hex. */
  imprint: string;
}

const tag = { integer: 0x02, octets: 0x04, oid: 0x06, time: 0x18, sequence: 0x30, explicit: 0xa0 } as const;
/** DER of the names of SHA-256 and of signed data, timestamp info (RFC 3161, RFC 5652). */
const sha256Oid = '608648016503040201';
const signedDataOid = '2a864886f70d010702';
const timestampInfoOid = '2a864886f70d0109100104';

/** Reads a TimeStampResp in DER; undefined for anything else, or when it was not granted or is not about a SHA-256. */
export function readTimestamp(bytes: Uint8Array): KitTimestamp | undefined {
  try {
    const [status, token] = open(readDer(bytes), tag.sequence);
    const granted = open(status, tag.sequence)[0];
    if (granted?.tag !== tag.integer || granted.content.length !== 1 || granted.content[0]! > 1) return undefined;
    const [type, signed] = open(token, tag.sequence);
    if (!isOid(type, signedDataOid)) return undefined;
    const [, , encapsulated] = open(open(signed, tag.explicit)[0], tag.sequence);
    const [infoType, info] = open(encapsulated, tag.sequence);
    const octets = open(info, tag.explicit)[0];
    if (!isOid(infoType, timestampInfoOid) || octets?.tag !== tag.octets) return undefined;
    return readInfo(readDer(octets.content));
  } catch {
    return undefined;
  }
}

function readInfo(info: DerElement): KitTimestamp | undefined {
  const [, , imprint, , time] = open(info, tag.sequence);
  const [algorithm, digest] = open(imprint, tag.sequence);
  if (!isOid(open(algorithm, tag.sequence)[0], sha256Oid) || digest?.tag !== tag.octets || time?.tag !== tag.time)
    return undefined;
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(String.fromCharCode(...time.content)) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  return { stampedAt: at.toISOString(), imprint: toHex(digest.content) };
}

function open(element: DerElement | undefined, expected: number): DerElement[] {
  if (element?.tag !== expected) throw new RangeError('another element was expected');
  return childrenOf(element);
}

const isOid = (element: DerElement | undefined, oid: string) =>
  element?.tag === tag.oid && toHex(element.content) === oid;

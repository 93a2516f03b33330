import { type Bytes, utf8 } from './bytes.ts';
import { verifyEd25519 } from './ed25519.ts';
import { demand } from './refusal.ts';
import { readSignatureLine } from './signature-line.ts';
import { cosignature, keyIdOf } from './vkey.ts';

/** C2SP tlog-cosignature, Ed25519: 8 bytes of POSIX time and 64 of signature. Returns the time. */
export async function verifyCosignedTime(signature: Bytes, body: string, publicKey: Bytes): Promise<bigint> {
  demand(signature.length === 72, 'cosignature: not 8 bytes of time and 64 of signature');
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  demand(time < 1n << 63n, 'cosignature: the time is beyond 2^63 - 1');
  const message = utf8(`cosignature/v1\ntime ${time}\n${body}`);
  demand(await verifyEd25519(publicKey, message, signature.slice(8)), 'cosignature: the signature does not hold');
  return time;
}

/**
 * Checks a cosignature line (with or without its newline) of one cosigner over the body of a checkpoint, which ends
 * with a newline and has no signature lines. Returns the POSIX time that the cosigner says.
 */
export async function verifyCosignature(line: string, body: string, name: string, publicKey: Bytes): Promise<bigint> {
  demand(body.endsWith('\n') && !body.endsWith('\n\n'), 'cosignature: the body does not end with its last newline');
  const read = readSignatureLine(line.replace(/\n$/, ''));
  demand(read.name === name, `cosignature: it is by ${read.name}, not by ${name}`);
  demand(read.keyId === (await keyIdOf(name, cosignature, publicKey)), 'cosignature: the key id is another');
  return verifyCosignedTime(read.signature, body, publicKey);
}

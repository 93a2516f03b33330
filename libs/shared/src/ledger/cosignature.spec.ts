import { createHash, createPrivateKey, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { naclEd25519, nodeEd25519, sha256Hex, fromHex } from '../crypto/index.ts';
import { cosign, createCosigner, openCosignature, verifyCosignature, witnessName } from './cosignature.ts';
import { createNoteSigner } from './note-key.ts';
import { parseSignatureLine, signatureLine } from './signature-line.ts';

const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const seed = '44'.repeat(32);
const signer = nodeEd25519.createSigner(seed);
const { publicKey } = signer;
const name = 'witness.example.com/w1';
const time = 1_679_315_147;
const witness = { name, publicKey, ed25519: nodeEd25519 };

/** C2SP tlog-cosignature by the letter, on node:crypto alone. */
function cosignByTheLetter(seconds: number, checkpoint = text): string {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const message = `cosignature/v1\ntime ${seconds}\n${checkpoint}`;
  const keyId = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([4]))
    .update(Buffer.from(publicKey, 'hex'));
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(seconds));
  const blob = Buffer.concat([keyId.digest().subarray(0, 4), stamp, sign(null, Buffer.from(message), key)]);
  return `— ${name} ${blob.toString('base64')}\n`;
}
const line = cosignByTheLetter(time);

describe('cosign', () => {
  it.each([0, time, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'makes the line of the specification at second %d',
    (seconds) => {
      for (const ed25519 of [nodeEd25519, naclEd25519])
        expect(cosign(text, { name, signer: ed25519.createSigner(seed), time: seconds })).toBe(
          cosignByTheLetter(seconds),
        );
    },
  );

  it('puts the time where the example of the specification has it', () => {
    const example = parseSignatureLine(
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
    )!;
    expect(example.signature.length).toBe(72);
    expect(example.signature.slice(0, 8)).toEqual(parseSignatureLine(line)!.signature.slice(0, 8));
  });

  it.each(['', 'hello\n', text.trimEnd(), `${text}extension\n`, `${text}\n`, text.replace('2085', '02085')])(
    'does not cosign %.40j, which is no checkpoint',
    (other) => {
      expect(() => cosign(other, { name, signer, time })).toThrow(
        expect.objectContaining({ code: 'LEDGER.CHECKPOINT_INVALID' }),
      );
    },
  );

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('does not cosign at second %d', (seconds) => {
    expect(() => createCosigner(name, signer, seconds)).toThrow(
      expect.objectContaining({ code: 'LEDGER.NOTE_INVALID' }),
    );
  });
});

describe('verifyCosignature', () => {
  it('gives the time of a cosignature that was made elsewhere', () => {
    expect(verifyCosignature(line, text, witness)).toEqual({ time });
    expect(verifyCosignature(line, text, { name, publicKey })).toEqual({ time });
    expect(openCosignature(parseSignatureLine(line)!, text, witness)).toEqual({ time });
  });

  it('notices every character of the line that is another', () => {
    for (let at = 0; at < line.length; at += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const changed = `${line.slice(0, at)}${String.fromCharCode(line.charCodeAt(at) ^ bit)}${line.slice(at + 1)}`;
        expect(verifyCosignature(changed, text, witness)).toBeUndefined();
      }
      expect(verifyCosignature(line.slice(0, at), text, witness)).toBeUndefined();
    }
  });

  it('does not hold over another checkpoint', () => {
    for (const other of [
      text.replace('20852163', '20852164'),
      text.replace('sofa', 'soda'),
      `${text}more\n`,
      '',
      text.trimEnd(),
    ])
      expect(verifyCosignature(line, other, witness)).toBeUndefined();
  });

  it('does not hold for another witness', () => {
    expect(verifyCosignature(line, text, { ...witness, name: 'witness.example.com/w2' })).toBeUndefined();
    expect(
      verifyCosignature(line, text, { ...witness, publicKey: nodeEd25519.publicKeyOf('55'.repeat(32)) }),
    ).toBeUndefined();
  });

  it('does not take the signature of a note by the same key for one', () => {
    expect(verifyCosignature(signatureLine(text, createNoteSigner(name, signer)), text, witness)).toBeUndefined();
  });

  it('does not take what is no checkpoint, even when it was cosigned', () => {
    expect(verifyCosignature(cosignByTheLetter(time, 'hello\n'), 'hello\n', witness)).toBeUndefined();
  });

  it('is not held by a line that ends within the time or the signature', () => {
    const { keyId, signature } = parseSignatureLine(line)!;
    for (let length = 1; length < signature.length; length += 1) {
      const blob = Buffer.concat([keyId, signature.subarray(0, length)]).toString('base64');
      expect(verifyCosignature(`— ${name} ${blob}\n`, text, witness)).toBeUndefined();
    }
    const longer = Buffer.concat([keyId, signature, Buffer.of(0)]).toString('base64');
    expect(verifyCosignature(`— ${name} ${longer}\n`, text, witness)).toBeUndefined();
  });

  it('refuses a time beyond 2^53 - 1, which it could not tell exactly', () => {
    expect(verifyCosignature(cosignByTheLetter(2 ** 53), text, witness)).toBeUndefined();
  });

  it.each([
    line.trimEnd(),
    `${line}\n`,
    `${line}${line}`,
    line.replace('\n', '\r\n'),
    ` ${line}`,
    '',
    'x'.repeat(1_048_576),
  ])('is not held by the text %#', (other) => {
    expect(verifyCosignature(other, text, witness)).toBeUndefined();
  });
});

describe('witnessName', () => {
  it('is of the key alone', () => {
    const digest = sha256Hex(fromHex(publicKey));
    expect(witnessName(publicKey)).toBe(`witness.countersign.invalid/${digest.slice(0, 16)}`);
  });
});

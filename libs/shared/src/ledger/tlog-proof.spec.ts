import { describe, expect, it } from 'vitest';
import { nodeEd25519, sha256 } from '../crypto/index.ts';
import { encodeBase64 } from './base64.ts';
import { openProof } from './open-proof.ts';
import { plantTree, someLeafHashes } from './plain-tree.conformance.ts';
import { signCheckpoint } from './signed-checkpoint.ts';
import { formatProof, parseProof } from './tlog-proof.ts';

const size = 11;
const index = 5;
const tree = plantTree(someLeafHashes(size));
const leafHash = tree.leafHashes[index]!;
const signer = nodeEd25519.createSigner('11'.repeat(32));
const origin = 'countersign.localhost/ledger';
const log = { origin, publicKey: signer.publicKey, ed25519: nodeEd25519 };
const checkpoint = signCheckpoint({ origin, size, root: tree.root(0, size) }, signer);
const proof = tree.inclusion(index, 0, size);
const text = formatProof({ index, proof, checkpoint });
const extra = Uint8Array.of(1, 2, 3, 4);
const withExtra = formatProof({ index, proof, checkpoint, extra });
const [firstHash = ''] = proof.map(encodeBase64);
const invalid = expect.objectContaining({ code: 'LEDGER.PROOF_INVALID', kind: 'invalid' });

describe('the text of a proof', () => {
  it('is laid out as C2SP tlog-proof says', () => {
    expect(text).toBe(
      `c2sp.org/tlog-proof@v1\nindex 5\n${proof.map((hash) => `${encodeBase64(hash)}\n`).join('')}\n${checkpoint}`,
    );
    expect(withExtra.split('\n').slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra AQIDBA==', 'index 5']);
  });

  it('is read back', () => {
    expect(parseProof(text)).toEqual({ index, proof, checkpoint });
    expect(parseProof(withExtra)).toEqual({ index, proof, checkpoint, extra });
    const alone = { index: 0, proof: [], checkpoint };
    expect(parseProof(formatProof(alone))).toEqual(alone);
  });

  it('has room for 64 hashes and not for 65', () => {
    const hashes = Array<Uint8Array>(64).fill(leafHash);
    expect(parseProof(formatProof({ index, proof: hashes, checkpoint })).proof.length).toBe(64);
    expect(() => formatProof({ index, proof: [...hashes, leafHash], checkpoint })).toThrow(invalid);
  });

  it('is not made of what cannot be read back', () => {
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 53])
      expect(() => formatProof({ index: bad, proof, checkpoint })).toThrow(invalid);
    expect(() => formatProof({ index, proof: [new Uint8Array(31)], checkpoint })).toThrow(invalid);
    expect(() => formatProof({ index, proof, checkpoint: 'no note\n' })).toThrow(invalid);
    expect(() => formatProof({ index, proof, checkpoint, extra: new Uint8Array(0) })).toThrow(invalid);
    expect(() => formatProof({ index, proof, checkpoint, extra: new Uint8Array(65_537) })).toThrow(invalid);
  });

  it.each([
    ['nothing', ''],
    ['another version', text.replace('@v1', '@v2')],
    ['a byte order mark', `\ufeff${text}`],
    ['an empty line before it', `\n${text}`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['no index', text.replace('index 5\n', '')],
    ['a leading zero', text.replace('index 5', 'index 05')],
    ['two spaces', text.replace('index 5', 'index  5')],
    ['a space at the end', text.replace('index 5', 'index 5 ')],
    ['a negative index', text.replace('index 5', 'index -5')],
    ['an index beyond 2^53 - 1', text.replace('index 5', 'index 9007199254740992')],
    ['two indexes', text.replace('index 5\n', 'index 5\nindex 5\n')],
    ['extra behind the index', text.replace('index 5\n', 'index 5\nextra AQIDBA==\n')],
    ['extra twice', withExtra.replace('extra', 'extra AQIDBA==\nextra')],
    ['empty extra', text.replace('index', 'extra \nindex')],
    ['extra without a space', text.replace('index', 'extra\nindex')],
    ['extra in another spelling', withExtra.replace('BA==', 'BB==')],
    ['a hash without padding', text.replace(firstHash, firstHash.slice(0, -1))],
    ['a hash of 31 bytes', text.replace(firstHash, encodeBase64(new Uint8Array(31)))],
    ['a hash of 33 bytes', text.replace(firstHash, encodeBase64(new Uint8Array(33)))],
    ['a space behind a hash', text.replace(firstHash, `${firstHash} `)],
    ['no empty line', text.replace(`\n\n${origin}`, `\n${origin}`)],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n') + 2)],
    ['text behind the checkpoint', `${text}more\n`],
    ['an empty line behind the checkpoint', `${text}\n`],
    ['a megabyte behind it', text + 'x'.repeat(1_048_576)],
    ['a megabyte of hashes', text.replace(`${firstHash}\n`, `${firstHash}\n`.repeat(25_000))],
    ['a megabyte of extra', text.replace('index', `extra ${'AAAA'.repeat(262_144)}\nindex`)],
    ['seventy thousand bytes of extra', text.replace('index', `extra ${'AAAA'.repeat(23_334)}\nindex`)],
  ])('is refused with %s', (_, other) => {
    expect(() => parseProof(other)).toThrow(invalid);
    expect(() => openProof(other, leafHash, log, sha256)).toThrow(invalid);
  });
});

describe('openProof', () => {
  it('gives the checkpoint under which the entry is', () => {
    const opened = openProof(withExtra, leafHash, log, sha256);
    expect(opened).toMatchObject({ index, extra, checkpoint: { origin, size, root: tree.root(0, size) } });
    expect(openProof(text, leafHash, log, sha256)).not.toHaveProperty('extra');
  });

  it('notices every character that is another, and every cut', () => {
    const refused = expect.objectContaining({ code: expect.stringMatching(/^LEDGER\.(PROOF|CHECKPOINT)_INVALID$/) });
    for (let at = 0; at < text.length; at += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const changed = `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ bit)}${text.slice(at + 1)}`;
        expect(() => openProof(changed, leafHash, log, sha256)).toThrow(refused);
      }
      expect(() => openProof(text.slice(0, at), leafHash, log, sha256)).toThrow(refused);
    }
  });

  it('does not hold for another entry, another log or another key', () => {
    expect(() => openProof(text, tree.leafHashes[4]!, log, sha256)).toThrow(invalid);
    const foreign = expect.objectContaining({ code: 'LEDGER.CHECKPOINT_INVALID' });
    expect(() => openProof(text, leafHash, { ...log, origin: 'other' }, sha256)).toThrow(foreign);
    const publicKey = nodeEd25519.publicKeyOf('22'.repeat(32));
    expect(() => openProof(text, leafHash, { ...log, publicKey }, sha256)).toThrow(foreign);
  });

  it('does not hold under a genuine checkpoint of another size', () => {
    for (const other of [4, 5, 6, 10]) {
      const earlier = signCheckpoint({ origin, size: other, root: tree.root(0, other) }, signer);
      expect(() => openProof(formatProof({ index, proof, checkpoint: earlier }), leafHash, log, sha256)).toThrow(
        invalid,
      );
    }
  });
});

import { describe, expect, it } from 'vitest';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { cosign, parseNote, signCheckpoint, witnessName } from '@countersign/shared/ledger';
import { judgeCosignature } from './judge-cosignature.ts';

const log = nodeEd25519.createSigner('11'.repeat(32));
const [box, stranger] = ['22', '33'].map((byte) => nodeEd25519.createSigner(byte.repeat(32))) as [
  typeof log,
  typeof log,
];
const noteOf = (size: number, fill: number) =>
  signCheckpoint({ origin: 'log.example', size, root: new Uint8Array(32).fill(fill) }, log);
const [ours, foreign] = [noteOf(7, 1), noteOf(7, 2)];
const now = new Date('2026-01-10T12:00:00Z');
const seconds = now.getTime() / 1_000;
const line = (note = ours, time = seconds, signer = box) =>
  cosign(parseNote(note).text, { name: witnessName(signer.publicKey), signer, time });
const judge = (changes: Partial<Parameters<typeof judgeCosignature>[0]> = {}) =>
  judgeCosignature({ line: line(), note: ours, publicKey: box.publicKey, now, ...changes }).kind;

describe('a cosignature', () => {
  it('is good over our checkpoint, under the enrolled key, with a time of today', () => {
    expect(judgeCosignature({ line: line(), note: ours, publicKey: box.publicKey, now })).toEqual({
      kind: 'good',
      signedAt: now,
    });
    for (const time of [seconds + 120, seconds - 86_400]) expect(judge({ line: line(ours, time) })).toBe('good');
  });

  it.each([
    ['from further ahead than two minutes', { line: line(ours, seconds + 121) }],
    ['older than a day', { line: line(ours, seconds - 86_401) }],
    ['of another key under its own name', { line: line(ours, seconds, stranger) }],
    ['of a box that has no key', { publicKey: null }],
    ['that is no line', { line: 'x' }],
    ['without its newline', { line: line().trimEnd() }],
    ['with a second line', { line: line() + line() }],
  ])('%s is of no use', (_, changes) => {
    expect(judge(changes)).toBe('useless');
  });

  it.each([
    ['over a second history of the same size', { line: line(foreign) }],
    ['over a size that we never published', { note: undefined }],
    [
      'that somebody else made in the name of the box',
      {
        line: cosign(parseNote(ours).text, { name: witnessName(box.publicKey), signer: stranger, time: seconds }),
      },
    ],
  ])('%s is a sign that the box was shown another ledger', (_, changes) => {
    expect(judge(changes)).toBe('foreign');
  });
});

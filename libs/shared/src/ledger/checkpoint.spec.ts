import { describe, expect, it } from 'vitest';
import { fromHex, naclEd25519, nodeEd25519 } from '../crypto/index.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { createNoteSigner } from './note-key.ts';
import { signNote } from './sign-note.ts';
import { signatureLine } from './signature-line.ts';
import { openCheckpoint, signCheckpoint } from './signed-checkpoint.ts';

// The example of C2SP tlog-checkpoint.
const rootText = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const text = `example.com/behind-the-sofa\n20852163\n${rootText}\n`;
const checkpoint = {
  origin: 'example.com/behind-the-sofa',
  size: 20_852_163,
  root: new Uint8Array(Buffer.from(rootText, 'base64')),
};
const seed = '11'.repeat(32);
const signer = nodeEd25519.createSigner(seed);
const log = { origin: checkpoint.origin, publicKey: signer.publicKey, ed25519: nodeEd25519 };
const note = signCheckpoint(checkpoint, signer);
const invalid = expect.objectContaining({ code: 'LEDGER.CHECKPOINT_INVALID', kind: 'invalid' });

describe('the text of a checkpoint', () => {
  it('is that of the specification', () => {
    expect(formatCheckpoint(checkpoint)).toBe(text);
    expect(parseCheckpoint(text)).toEqual(checkpoint);
  });

  it.each([
    ['nothing', ''],
    ['two lines', 'a\n1\n'],
    ['no newline at the end', text.trimEnd()],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['an empty line', `${text}\n`],
    ['an extension line', `${text}more\n`],
    ['no origin', text.replace('example.com/behind-the-sofa', '')],
    ['an empty line before it', `\n${text}`],
    ['a leading zero', text.replace('2085', '02085')],
    ['a sign', text.replace('2085', '+2085')],
    ['a space', text.replace('2085', ' 2085')],
    ['a fraction', text.replace('20852163', '1.0')],
    ['a size beyond 2^53 - 1', text.replace('20852163', '9007199254740992')],
    ['no size', text.replace('20852163', '')],
    ['a root of 31 bytes', text.replace(rootText, Buffer.alloc(31).toString('base64'))],
    ['a root of 33 bytes', text.replace(rootText, Buffer.alloc(33).toString('base64'))],
    ['base64 without padding', text.replace('2I=', '2I')],
    ['base64 with a bit under the padding', text.replace('2I=', '2J=')],
    ['base64 for URLs', text.replace('m/X', 'm_X')],
    ['a control character', text.replace('behind', 'be\0hind')],
    ['a megabyte', `${'x'.repeat(1_048_576)}${text}`],
  ])('is refused with %s', (_, other) => {
    expect(() => parseCheckpoint(other)).toThrow(invalid);
  });

  it('is not made of what cannot be read back', () => {
    for (const origin of ['', 'a\nb', 'a\tb', 'x'.repeat(70_000), '\ud800'])
      expect(() => formatCheckpoint({ ...checkpoint, origin })).toThrow(invalid);
    for (const size of [-1, 1.5, Number.NaN, 2 ** 53])
      expect(() => formatCheckpoint({ ...checkpoint, size })).toThrow(invalid);
    for (const length of [0, 31, 33])
      expect(() => formatCheckpoint({ ...checkpoint, root: new Uint8Array(length) })).toThrow(invalid);
  });
});

describe('a signed checkpoint', () => {
  it.each([
    ['node:crypto', nodeEd25519],
    ['tweetnacl', naclEd25519],
  ])('opens under its log on %s', (_, ed25519) => {
    expect(openCheckpoint(note, { ...log, ed25519 })).toMatchObject({ ...checkpoint, note, text });
  });

  it('opens on tweetnacl when nothing else is said', () => {
    expect(openCheckpoint(note, { origin: log.origin, publicKey: log.publicKey }).size).toBe(checkpoint.size);
  });

  it('keeps the lines of witnesses, unchecked', () => {
    const witness = signatureLine(text, createNoteSigner('w', nodeEd25519.createSigner('22'.repeat(32))));
    const opened = openCheckpoint(`${note}${witness}`, log);
    expect(opened.signatures.map(({ name }) => name)).toEqual([checkpoint.origin, 'w']);
    expect(opened.signatures[1]!.line).toBe(witness);
    expect(opened.note).toBe(`${note}${witness}`);
  });

  it('does not open under another key, or as another log', () => {
    const other = nodeEd25519.publicKeyOf('22'.repeat(32));
    expect(() => openCheckpoint(note, { ...log, publicKey: other })).toThrow(invalid);
    expect(() => openCheckpoint(note, { ...log, origin: 'example.com/other' })).toThrow(invalid);
    expect(() => openCheckpoint(note, { ...log, publicKey: fromHex('00').toString() })).toThrow(invalid);
  });

  it('does not open when the log has signed the checkpoint of another log, or something else', () => {
    const key = createNoteSigner(log.origin, signer);
    const foreign = signNote(text.replace('behind', 'before'), [key]);
    expect(() => openCheckpoint(foreign, log)).toThrow(invalid);
    expect(() => openCheckpoint(signNote('hello\n', [key]), log)).toThrow(invalid);
    expect(() => openCheckpoint(signNote(`${text}extension\n`, [key]), log)).toThrow(invalid);
  });

  it('says in its cause what is wrong with the note', () => {
    expect(() => openCheckpoint(note.slice(0, -1), log)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'LEDGER.NOTE_INVALID' }) }),
    );
  });
});

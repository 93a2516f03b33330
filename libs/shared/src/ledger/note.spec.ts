import { describe, expect, it } from 'vitest';
import { fromHex, naclEd25519, nodeEd25519, toHex } from '../crypto/index.ts';
import { encodeBase64 } from './base64.ts';
import { maxNoteBytes, parseNote } from './note.ts';
import { createNoteSigner, createNoteVerifier, parseVkey, signatureType, vkeyOf } from './note-key.ts';
import { openNote } from './open-note.ts';
import { appendSignatures, signNote } from './sign-note.ts';
import { signatureLine } from './signature-line.ts';

// The key and the note of golang.org/x/mod/sumdb/note, the reference implementation.
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const seed = toHex(Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1));
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const line =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const note = `${text}\n${line}`;
const { publicKey } = parseVkey(vkey);
const verifier = createNoteVerifier('PeterNeumann', publicKey);
const stranger = createNoteSigner('stranger.example/key', nodeEd25519.createSigner('33'.repeat(32)));
const strangersLine = signatureLine(text, stranger);
const invalid = expect.objectContaining({ code: 'LEDGER.NOTE_INVALID', kind: 'invalid' });

describe('a verifier key', () => {
  it('is spelled as in the reference implementation', () => {
    expect(nodeEd25519.publicKeyOf(seed)).toBe(publicKey);
    expect(vkeyOf('PeterNeumann', publicKey)).toBe(vkey);
    expect(parseVkey(vkey)).toEqual({
      name: 'PeterNeumann',
      keyId: fromHex('c74f20a3'),
      type: signatureType.ed25519,
      publicKey,
    });
  });

  it('has another id as the key of a witness', () => {
    const witness = vkeyOf('PeterNeumann', publicKey, signatureType.cosignature);
    expect(parseVkey(witness)).toMatchObject({ type: signatureType.cosignature, publicKey });
    expect(witness.slice(0, 22)).not.toBe(vkey.slice(0, 22));
  });

  it.each([
    '',
    'PeterNeumann',
    vkey.replace('c74', 'd74'),
    vkey.replace('c74f20a3', 'C74F20A3'),
    vkey.replace('Peter', 'peter'),
    vkey.replace('PeterNeumann', ''),
    vkey.replace('PeterNeumann', 'Peter Neumann'),
    vkey.replace('+ARpc', '+AxpC'),
    vkey.replace('+ARpc', '+Afpc'),
    `${vkey}=`,
    `${vkey}\n`,
    ` ${vkey}`,
    vkey.slice(0, -4),
    `${vkey}+more`,
    `${'x'.repeat(1_000_000)}${vkey}`,
    `a+${'00'.repeat(4)}+${encodeBase64(new Uint8Array(33).fill(1, 0, 1))}`,
  ])('is not %.80j', (other) => {
    expect(() => parseVkey(other)).toThrow(invalid);
  });

  it.each(['', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u3000b', 'a\u0085b', 'a\0b', '\ud800'])(
    'has no name like %j',
    (name) => {
      expect(() => vkeyOf(name, publicKey)).toThrow(invalid);
    },
  );

  it('is not made of a key that nobody may be trusted with', () => {
    for (const bad of ['00'.repeat(32), publicKey.toUpperCase(), publicKey.slice(2), ''])
      expect(() => vkeyOf('name', bad)).toThrow(invalid);
  });
});

describe('signNote', () => {
  it('makes the note of the reference implementation', () => {
    expect(signNote(text, [createNoteSigner('PeterNeumann', naclEd25519.createSigner(seed))])).toBe(note);
  });

  it.each(['', 'no newline', 'tab\t\n', 'return\r\n', 'nul\0\n', '\ud800\n', `${'x'.repeat(maxNoteBytes)}\n`])(
    'does not sign %.20j',
    (other) => {
      expect(() => signNote(other, [stranger])).toThrow(invalid);
    },
  );

  it('needs a signer, and each once', () => {
    expect(() => signNote(text, [])).toThrow(invalid);
    expect(() => signNote(text, [stranger, stranger])).toThrow(invalid);
  });
});

describe('openNote', () => {
  it('opens the note of the reference implementation', () => {
    expect(openNote(note, [verifier])).toEqual({ text, signatures: [parseNote(note).signatures[0]] });
    expect(parseNote(note).signatures).toEqual([
      { name: 'PeterNeumann', keyId: fromHex('c74f20a3'), signature: expect.any(Uint8Array), line },
    ]);
  });

  it('takes the example of C2SP signed-note apart at its last empty line', () => {
    const poem =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    const parsed = parseNote(poem);
    expect(parsed.text.endsWith('\n\ned è subito sera.\n')).toBe(true);
    expect(parsed.signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: fromHex('367ba04b') }]);
    expect(parsed.signatures[0]!.signature.length).toBe(64);
  });

  it('ignores signatures of keys that it does not know, even under a known name or a known id', () => {
    const sameName = line.replace('x08go/', 'y08go/');
    const sameId = line.replace('PeterNeumann', 'Peter');
    const signed = appendSignatures(note, [strangersLine, sameName, sameId]);
    expect(openNote(signed, [verifier]).signatures.map(({ name }) => name)).toEqual(['PeterNeumann']);
    expect(parseNote(signed).signatures.length).toBe(4);
    expect(() => openNote(`${text}\n${strangersLine}`, [verifier])).toThrow(invalid);
    expect(() => openNote(`${text}\n${sameName}`, [verifier])).toThrow(invalid);
    expect(() => openNote(`${text}\n${sameId}`, [verifier])).toThrow(invalid);
    expect(() => openNote(note, [])).toThrow(invalid);
  });

  it('accepts sixteen signatures, and gives all that hold', () => {
    const signers = Array.from({ length: 16 }, (_, n) =>
      createNoteSigner(`k${n}`, nodeEd25519.createSigner(`${n}`.padStart(64, 'a'))),
    );
    const verifiers = signers.map(({ name }, n) =>
      createNoteVerifier(name, nodeEd25519.publicKeyOf(`${n}`.padStart(64, 'a')), nodeEd25519),
    );
    expect(openNote(signNote(text, signers), verifiers).signatures.length).toBe(16);
  });

  it('refuses the whole note when one trusted signature of two does not hold', () => {
    const key = nodeEd25519.publicKeyOf('33'.repeat(32));
    const both = [verifier, createNoteVerifier(stranger.name, key)];
    const overAnother = signatureLine(`${text}more\n`, stranger);
    expect(openNote(`${note}${strangersLine}`, both).signatures.length).toBe(2);
    expect(() => openNote(`${note}${overAnother}`, both)).toThrow(invalid);
  });

  it('notices every character that is another', () => {
    const fast = createNoteVerifier('PeterNeumann', publicKey, nodeEd25519);
    expect(openNote(note, [fast]).text).toBe(text);
    for (let at = 0; at < note.length; at += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const changed = `${note.slice(0, at)}${String.fromCharCode(note.charCodeAt(at) ^ bit)}${note.slice(at + 1)}`;
        expect(() => openNote(changed, [fast])).toThrow(invalid);
      }
      expect(() => openNote(note.slice(0, at), [fast])).toThrow(invalid);
    }
  });

  it.each([
    ['no signature', `${text}\n`],
    ['no empty line', `${text}${line}`],
    ['two empty lines at the end', `${note}\n\n`],
    ['an empty line behind the signature', `${note}\n`],
    ['no newline behind the signature', note.trimEnd()],
    ['text behind the signature', `${note}text\n`],
    ['CRLF everywhere', note.replaceAll('\n', '\r\n')],
    ['CRLF behind the signature', `${note.trimEnd()}\r\n`],
    ['a hyphen for the dash', note.replace('— ', '- ')],
    ['an en dash for the em dash', note.replace('— ', '– ')],
    ['two spaces behind the dash', note.replace('— ', '—  ')],
    ['a space at the end', `${note.trimEnd()} \n`],
    ['a name with a plus', note.replace('— Peter', '— Peter+')],
    ['a name with a no-break space', note.replace('— Peter', '— Peter\u00a0')],
    ['no name', note.replace('— PeterNeumann', '— ')],
    ['base64 without padding', note.replace('AM=\n', 'AM\n')],
    ['base64 with a bit under the padding', note.replace('AM=\n', 'AN=\n')],
    ['base64 of another alphabet', note.replace('x08go/', 'x08go_')],
    ['a key id and nothing behind it', `${text}\n— PeterNeumann x08gow==\n`],
    ['a signature that is cut', `${text}\n— PeterNeumann x08go/ZJ\n`],
    ['the same signature twice', `${note}${line}`],
    ['a second line of an unknown key', `${note}${strangersLine}${strangersLine}`],
    ['a tab in the text', note.replace('you', '\tyou')],
    ['a NUL in the text', note.replace('you', '\0you')],
    ['half of a surrogate pair', note.replace('you', '\ud83d')],
    ['a megabyte of text', `${'x'.repeat(1_048_576)}\n\n${line}`],
    ['a megabyte of signatures', `${note}${strangersLine.repeat(8_000)}`],
    ['more than 64 KiB in UTF-8 only', `${'é'.repeat(40_000)}\n\n${line}`],
    ['nothing', ''],
  ])('refuses a note with %s', (_, other) => {
    expect(() => openNote(other, [verifier])).toThrow(invalid);
  });
});

describe('parseNote', () => {
  it.each([
    ['a tab', 'tab\t\n'],
    ['a carriage return', 'return\r\n'],
    ['a NUL', 'nul\0\n'],
    ['half of a surrogate pair', '\ud83d\n'],
    ['more than 64 KiB', `${'x'.repeat(maxNoteBytes)}\n`],
    ['more than 64 KiB in UTF-8 only', `${'é'.repeat(maxNoteBytes / 2)}\n`],
  ])('refuses a text with %s, however well it is signed', (_, other) => {
    expect(() => parseNote(`${other}\n${signatureLine(other, stranger)}`)).toThrow(invalid);
  });

  it('takes a note of 64 KiB and none of one more byte', () => {
    const room = maxNoteBytes - '\n\n'.length - Buffer.byteLength(line);
    expect(parseNote(`${'x'.repeat(room)}\n\n${line}`).text.length).toBe(room + 1);
    expect(() => parseNote(`${'x'.repeat(room + 1)}\n\n${line}`)).toThrow(invalid);
  });

  it('refuses a line of a key id and nothing behind it', () => {
    expect(() => parseNote(`${text}\n— PeterNeumann x08gow==\n`)).toThrow(invalid);
    expect(parseNote(`${text}\n— PeterNeumann x08go/8=\n`).signatures[0]!.signature.length).toBe(1);
  });
});

describe('appendSignatures', () => {
  it('adds lines behind those that are there', () => {
    expect(appendSignatures(note, [strangersLine])).toBe(`${note}${strangersLine}`);
    expect(appendSignatures(note, [])).toBe(note);
  });

  it.each([`\n${line}`, strangersLine.trimEnd(), 'text\n', '\n', line, `x\n\n${strangersLine}`])(
    'does not add %.30j',
    (other) => {
      expect(() => appendSignatures(note, [other])).toThrow(invalid);
    },
  );
});

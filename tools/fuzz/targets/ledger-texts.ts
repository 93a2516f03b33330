import { nodeEd25519 } from '@countersign/shared/crypto';
import {
  createNoteSigner,
  createNoteVerifier,
  formatCheckpoint,
  formatProof,
  openNote,
  parseCheckpoint,
  parseNote,
  parseProof,
  parseSignatureLine,
  parseVkey,
  signNote,
  vkeyOf,
} from '@countersign/shared/ledger';
import { demand, labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';

const origin = 'ledger.example/log';
const signer = nodeEd25519.createSigner('5eed'.repeat(16));
const verifier = createNoteVerifier(origin, signer.publicKey, nodeEd25519);
const text = formatCheckpoint({ origin, size: 20_852_163, root: new Uint8Array(32).fill(7) });
const note = signNote(text, [createNoteSigner(origin, signer)]);
const proof = formatProof({ index: 5, proof: [new Uint8Array(32), new Uint8Array(32).fill(1)], checkpoint: note });
const codes = ['LEDGER.NOTE_INVALID', 'LEDGER.CHECKPOINT_INVALID', 'LEDGER.PROOF_INVALID'];

function read(name: string, reader: () => string): string {
  try {
    return `${name} ${reader()}`;
  } catch (error) {
    return `${name} ${labelOfRefusal(error, ...codes)}`;
  }
}

/** Each text is read in exactly one spelling: what is taken is printed again as it came. */
export const ledgerTexts = readerTarget({
  name: 'ledger-texts',
  summary: 'notes, checkpoints, proofs, signature lines and keys of the ledger',
  share: 2,
  dictionary: [
    '\n',
    '\n\n',
    '\u2014 ',
    '+',
    ' ',
    '=',
    '==',
    '0',
    'AAAA',
    'c2sp.org/tlog-proof@v1\n',
    'index ',
    'extra ',
    origin,
    '\u2028',
    '\u00a0',
  ],
  seeds: () => [text, note, proof, vkeyOf(origin, signer.publicKey), note.split('\n\n')[1]!],
  read(input) {
    const given = Buffer.from(input).toString('utf8');
    return [
      read('checkpoint', () => {
        demand(formatCheckpoint(parseCheckpoint(given)) === given, 'A checkpoint in two spellings.');
        return 'taken';
      }),
      read('note', () => {
        const parsed = parseNote(given);
        demand(
          `${parsed.text}\n${parsed.signatures.map(({ line }) => line).join('')}` === given,
          'A note in two spellings.',
        );
        return `taken ${Math.min(parsed.signatures.length, 3)}`;
      }),
      read('proof', () => {
        demand(formatProof(parseProof(given)) === given, 'A proof in two spellings.');
        return 'taken';
      }),
      read('key', () => {
        const key = parseVkey(given);
        demand(vkeyOf(key.name, key.publicKey, key.type) === given, 'A key in two spellings.');
        return 'taken';
      }),
      read('signed', () => {
        // Opening the key itself takes a millisecond, so it is done once.
        return `taken ${parseCheckpoint(openNote(given, [verifier]).text).size > 0}`;
      }),
      `line ${parseSignatureLine(given) === undefined ? 'no' : 'taken'}`,
    ].join('; ');
  },
});

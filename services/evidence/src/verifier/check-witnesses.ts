import { sha256, sha256Hex } from '@countersign/shared/crypto';
import {
  decodeBase64,
  openCheckpoint,
  type SignedCheckpoint,
  verifyConsistency,
  type VerifierKey,
} from '@countersign/shared/ledger';
import { listKeys } from '../domain/kit/derive/list-keys.ts';
import { parseFields, textsIn } from '../domain/kit/facts/read-fields.ts';
import { readTimestamp } from '../domain/kit/facts/read-timestamp.ts';
import { jsonFile, kitNames } from '../domain/kit/kit-names.ts';
import { reasonOf } from './check-manifest.ts';
import type { Check } from './examination.ts';
import { type KitFiles, readText } from './kit-files.ts';
import type { OpenKit } from './read-kit.ts';

/** Every earlier checkpoint is the ledger's and the beginning of the head; what others said about it is about it. */
export function checkWitnesses(kit: OpenKit, key: VerifierKey, head: SignedCheckpoint, check: Check): void {
  const { data, files } = kit;
  const log = { origin: key.name, publicKey: key.publicKey };
  for (const { size, cosignatures } of data.checkpoints) {
    const name = kitNames.checkpoint(size);
    const note = readText(files, name) ?? '';
    check.examine();
    try {
      const older = openCheckpoint(note, log);
      check.demand(older.size === size, name, `it is the checkpoint of ${older.size} leaves`);
      checkConsistency(files, older, head, check);
    } catch (error) {
      check.problem(name, `the ledger’s key has not signed it: ${reasonOf(error)}`);
    }
    checkTimestamp(files, size, note, check);
    for (const _ of cosignatures) check.examine();
  }
  describeWitnesses(kit, check);
}

function checkConsistency(files: KitFiles, older: SignedCheckpoint, head: SignedCheckpoint, check: Check): void {
  const name = kitNames.consistency(older.size);
  const text = readText(files, name);
  const fields = text === undefined ? undefined : parseFields(text);
  if (text === undefined || fields === undefined)
    return check.problem(name, `the proof that the head extends the first ${older.size} leaves is missing`);
  check.examine();
  const [from, to, texts] = [older.size, head.size, textsIn(fields, 'proof')];
  const proof = texts.map(decodeBase64).filter((hash) => hash !== undefined);
  const isItsSpelling = jsonFile({ from, to, proof: texts }) === text && proof.length === texts.length;
  const holds = verifyConsistency({ from, to, fromRoot: older.root, toRoot: head.root, proof }, sha256);
  check.demand(
    isItsSpelling && holds,
    name,
    `it does not prove that the first ${from} leaves of the head are those of the older checkpoint: the history was rewritten, or the proof changed`,
  );
}

function checkTimestamp(files: KitFiles, size: number, note: string, check: Check): void {
  const name = kitNames.timestamp(size);
  const bytes = files.get(name);
  if (bytes === undefined) return;
  check.examine();
  const timestamp = readTimestamp(bytes);
  if (timestamp === undefined) check.problem(name, 'it is no granted RFC 3161 answer about a SHA-256, in DER');
  else
    check.demand(
      timestamp.imprint === sha256Hex(note),
      name,
      'it is about something else than the checkpoint beside it',
    );
}

function describeWitnesses({ data }: OpenKit, check: Check): void {
  const own = new Map(listKeys(data).appliances.map(({ public_key, host_id }) => [public_key, host_id]));
  const witnesses = new Set(
    data.checkpoints.flatMap(({ cosignatures }) => cosignatures.map(({ publicKey }) => publicKey)),
  );
  const ofSite = [...witnesses].filter((publicKey) => own.has(publicKey)).length;
  if (witnesses.size === 0)
    check.note(
      'No appliance cosigned an earlier state: that the history was not rewritten is the word of the ledger’s key.',
    );
  else
    check.note(
      `${witnesses.size} appliances saw an earlier state: ${ofSite} of this site, by keys that leaves announce; ${witnesses.size - ofSite} of others, by keys that this kit cannot prove to be appliances.`,
    );
}

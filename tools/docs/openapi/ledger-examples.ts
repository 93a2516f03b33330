import { canonicalString, nodeEd25519, sha256 } from '@countersign/shared/crypto';
import { encodeBase64, formatProof, leafHash, nodeHash, signCheckpoint, vkeyOf } from '@countersign/shared/ledger';
import { exampleNames } from './example-names.ts';

const { bundle_id, evidence_id, incident_id } = exampleNames;
const origin = 'countersign.localhost/ledger';
/** A made-up seed: it signs the checkpoint of this document and nothing else. */
const signer = nodeEd25519.createSigner('1ed6'.repeat(16));
/** C2SP vkey of the example's ledger. */
export const exampleLedgerKey = vkeyOf(origin, signer.publicKey);

const event = (id: string, type: string, data: object): string =>
  canonicalString({
    specversion: '1.0',
    id,
    source: `/${type.split('.')[0]}`,
    type,
    subject: exampleNames.site_id,
    time: exampleNames.timestamp,
    datacontenttype: 'application/json',
    traceid: '4bf92f3577b34da6a3ce929d0e0e4736',
    data,
  });

const entries: [string, string] = [
  event(incident_id, 'gateway.incident-reported.v1', { incident_type: 'backup_failed' }),
  event(`recorded:${evidence_id}`, 'evidence.recorded.v1', { bundle_id }),
];
const [first, second] = entries.map((entry) => leafHash(Buffer.from(entry), sha256)) as [Uint8Array, Uint8Array];

/** A true ledger of two leaves, signed. */
export const exampleCheckpoint = signCheckpoint({ origin, size: 2, root: nodeHash(first, second, sha256) }, signer);

/** That the second leaf is in it. */
export const exampleProof = {
  leaf_index: 1,
  leaf: entries[1],
  proof: formatProof({ index: 1, proof: [first], checkpoint: exampleCheckpoint }),
};

/** That the ledger of the first leaf alone is its beginning. */
export const exampleConsistency = {
  from: 1,
  to: 2,
  proof: [encodeBase64(second)],
  to_checkpoint: exampleCheckpoint,
};

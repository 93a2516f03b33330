import type { KitData } from '../facts/kit-data.ts';
import { kitFormat } from '../kit-names.ts';

/** README.txt of a kit: what lies where, and how to check it, with this verifier or without. */
export function describeKit({ range, head, ledgerKey, leaves, bundles }: KitData): string {
  return `AUDITOR'S KIT OF COUNTERSIGN                                    ${kitFormat}

Site       ${range.siteId}
From       ${range.from}   (server time, inclusive)
To         ${range.to}   (server time, exclusive)
Ledger     ${head.origin}, the first ${head.size} leaves
Root       ${head.root}
Contents   ${leaves.length} leaves, ${bundles.length} bundles of evidence

HOW TO CHECK IT
  1. Get the ledger's key from somewhere else: the contract, the operator's page, an earlier audit.
     This kit says it was made with
       ${ledgerKey}
     which is no proof of anything.
  2. Take verify.mjs or verify.html from a source that you trust, not from the kit that it is to judge.
  3. node verify.mjs kit.zip --ledger-key '<the key of step 1>'       (Node 20 or later; no network)
     or open verify.html in a browser and drop the ZIP on it.
     It says what it checked, and exactly what failed. It ends with 0 (holds), 1 (does not) or 2 (cannot be read).

WHAT LIES WHERE
  report.html                   for people: every incident from its report to its sealed evidence
  coverage.json                 what is missing: positions, silent appliances, orders without evidence, late bundles
  controls.json                 paragraphs of the HIPAA Security Rule -> bundles and incidents
  bundles/<position>.json       evidence as the vault keeps it, byte for byte; "document" is what the appliance signed
  chain.json                    the links of the site's chain, each with the hash of the one before it
  orders/<order id>.json        orders as they were sent: "signed_payload" is what was signed
  runbooks/<sha256>.yaml        the runbooks that orders name, by digest
  signatures.json, keys.json    every signature and every key, with the time for which it counted
  leaves/<index>.json           entries of the ledger: the bytes are what is hashed
  leaves/<index>.tlog-proof     that the entry is in the ledger (c2sp.org/tlog-proof), all to one checkpoint
  data/<sha256>.json            what is too large for an entry, which then names it in "dataref"
  ledger/checkpoint             the state of the ledger that all proofs lead to (c2sp.org/tlog-checkpoint)
  ledger/checkpoints/<size>     earlier states that others saw: .cosigned by appliances (c2sp.org/tlog-cosignature),
                                .tsr timestamped (RFC 3161), .consistency.json the proof that the head extends it
  manifest.json, manifest.sig   size and SHA-256 of every other file; signed by the ledger's key (c2sp.org/signed-note)

WITHOUT THIS VERIFIER
  sha256sum                     on any file, against manifest.json
  openssl ts -verify -in ledger/checkpoints/<size>.tsr -data ledger/checkpoints/<size> -CAfile <the authority's>
  any program for C2SP logs     on leaves/, ledger/checkpoint and ledger/key.txt

Two kits over the same site, range and head are equal, byte for byte, when one release of Countersign made them.
`;
}

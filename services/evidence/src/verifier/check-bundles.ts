import { naclEd25519, sha256Hex } from '@countersign/shared/crypto';
import { indexLeaves, type LeafIndex } from '../domain/kit/derive/index-leaves.ts';
import { type ApplianceKey, listKeys } from '../domain/kit/derive/list-keys.ts';
import type { KitBundle } from '../domain/kit/facts/kit-bundle.ts';
import { numberIn, textIn } from '../domain/kit/facts/read-fields.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import { countsAt } from './check-orders.ts';
import type { Check } from './examination.ts';
import type { OpenKit } from './read-kit.ts';

/** The service that takes bundles remembers an appliance's key for a minute. */
const rememberedMs = 120_000;

/** Each bundle is the one that a leaf says was sealed, and what the enrolled key of its appliance signed. */
export function checkBundles({ data, documents }: OpenKit, check: Check): void {
  const index = indexLeaves(data.leaves);
  const { appliances } = listKeys(data);
  for (const bundle of data.bundles) {
    check.examine();
    const name = kitNames.bundle(bundle.position);
    const document = documents.get(bundle.position) ?? '';
    check.demand(sha256Hex(document) === bundle.digest, name, 'its document has another SHA-256 than its digest says');
    check.demand(bundle.site_id === data.range.siteId, name, `it is of another site: ${bundle.site_id}`);
    compareSeal(bundle, index, check);
    compareSubmission(bundle, index, check);
    compareStatement(bundle, check);
    checkSignature(bundle, document, appliances, check);
  }
  const there = new Set(data.bundles.map(({ evidence_id }) => evidence_id));
  for (const { index: at, data: recorded } of index.ofType('evidence.recorded.v1')) {
    const id = textIn(recorded, 'evidence_id');
    check.demand(
      there.has(id ?? ''),
      kitNames.bundle(numberIn(recorded, 'position') ?? 0),
      `it is missing: leaf ${at} says that it was sealed`,
    );
  }
}

const sealedFields = ['evidence_id', 'bundle_id', 'site_id', 'host_id', 'digest', 'link_hash', 'recorded_at'] as const;

function compareSeal(bundle: KitBundle, index: LeafIndex, check: Check): void {
  const name = kitNames.bundle(bundle.position);
  const seal = index.about('evidence.recorded.v1', 'evidence_id', bundle.evidence_id)[0];
  if (seal === undefined) return check.problem(name, 'no leaf says that it was sealed');
  for (const field of sealedFields)
    check.demand(
      textIn(seal.data, field) === bundle[field],
      name,
      `its ${field} is ${bundle[field]}, and leaf ${seal.index} says ${textIn(seal.data, field)} was sealed`,
    );
  check.demand(
    numberIn(seal.data, 'position') === bundle.position,
    name,
    `leaf ${seal.index} says that it was sealed at position ${numberIn(seal.data, 'position')}`,
  );
  check.demand(
    textIn(seal.data, 'order_id') === bundle.said.order_id && textIn(seal.data, 'outcome') === bundle.said.outcome,
    name,
    `its document names another order or outcome than leaf ${seal.index}`,
  );
}

/** Trace and channel stand in no link hash: the leaf of the submission is what they are compared with. */
function compareSubmission(bundle: KitBundle, index: LeafIndex, check: Check): void {
  const submissions = index.about('gateway.evidence-submitted.v1', 'evidence_id', bundle.evidence_id);
  if (submissions.length === 0) {
    check.note(`How bundle ${bundle.bundle_id} came in is not in the ledger at this head.`);
    return;
  }
  const isTheSame = submissions.some(
    ({ data, traceId }) =>
      textIn(data, 'digest') === bundle.digest &&
      textIn(data, 'signature') === bundle.signature &&
      textIn(data, 'channel') === bundle.channel &&
      traceId === bundle.traceId,
  );
  check.demand(
    isTheSame,
    kitNames.bundle(bundle.position),
    `no leaf says that it came in like this (digest, signature, channel, trace): see leaf ${submissions[0]!.index}`,
  );
}

function compareStatement({ position, said, ...bundle }: KitBundle, check: Check): void {
  for (const field of ['site_id', 'host_id', 'bundle_id'] as const)
    check.demand(
      said[field] === bundle[field],
      kitNames.bundle(position),
      `its document says ${field} ${said[field]}, and its envelope ${bundle[field]}`,
    );
}

function checkSignature(bundle: KitBundle, document: string, keys: readonly ApplianceKey[], check: Check): void {
  const { position, host_id, public_key, signature, recorded_at } = bundle;
  const name = kitNames.bundle(position);
  const own = keys.filter((key) => key.host_id === host_id);
  if (public_key === null) {
    const enrolled = own.find((key) => countsAt(key, recorded_at, -rememberedMs, 0));
    check.demand(
      enrolled === undefined,
      name,
      `it was taken without a signature, though ${host_id} had a key (leaf ${enrolled?.leaf})`,
    );
    check.note(
      `Bundles of ${host_id} without an enrolled key are not signed: they are the word of whoever held its credential.`,
    );
    return;
  }
  const key = own.find(
    (one) => one.public_key === public_key && countsAt(one, recorded_at, rememberedMs, rememberedMs),
  );
  check.demand(
    key !== undefined,
    name,
    `no leaf says that ${host_id} had enrolled the key ${public_key} by ${recorded_at}`,
  );
  check.demand(
    signature !== null && naclEd25519.verify(document, signature, public_key),
    name,
    `the signature of ${host_id} does not hold over its document`,
  );
}

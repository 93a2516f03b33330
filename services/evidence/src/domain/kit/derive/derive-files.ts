import type { KitData } from '../facts/kit-data.ts';
import { jsonFile, kitNames } from '../kit-names.ts';
import { renderReport } from '../report/render-report.ts';
import { describeKit } from './describe-kit.ts';
import { indexLeaves } from './index-leaves.ts';
import { listKeys } from './list-keys.ts';
import { listSignatures } from './list-signatures.ts';
import { mapControls } from './map-controls.ts';
import { measureCoverage } from './measure-coverage.ts';
import { readOrder } from './read-order.ts';

/**
 * The files of a kit that say again, for people and other programs, what its leaves and bundles say: text by name. The
 * server makes them with this, and the verifier makes them once more and compares.
 */
export function deriveFiles(data: KitData): Map<string, string> {
  const coverage = measureCoverage(data);
  const controls = mapControls(data);
  const keys = listKeys(data);
  const orders = indexLeaves(data.leaves)
    .ofType('orders.issued.v1')
    .flatMap(({ data: order }) => readOrder(order) ?? []);
  return new Map([
    [kitNames.readme, describeKit(data)],
    [kitNames.report, renderReport(data, { coverage, controls, keys })],
    [kitNames.coverage, jsonFile(coverage)],
    [kitNames.controls, jsonFile(controls)],
    [kitNames.keys, jsonFile(keys)],
    [kitNames.signatures, jsonFile(listSignatures(data))],
    [kitNames.chain, jsonFile(listChain(data))],
    ...orders.map((order) => [kitNames.order(order.order_id), jsonFile(order)] as const),
  ]);
}

function listChain({ range, bundles }: KitData) {
  return {
    site_id: range.siteId,
    links: bundles.map(({ position, previous_link_hash, link_hash, recorded_at, ...bundle }) => ({
      position,
      previous_link_hash,
      link_hash,
      evidence_id: bundle.evidence_id,
      bundle_id: bundle.bundle_id,
      host_id: bundle.host_id,
      digest: bundle.digest,
      signature: bundle.signature,
      public_key: bundle.public_key,
      recorded_at,
    })),
  };
}

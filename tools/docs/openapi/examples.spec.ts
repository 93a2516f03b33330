import { type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { naclEd25519, sha256, verifyOrder } from '@countersign/shared/crypto';
import {
  decodeBase64,
  leafHash,
  openProof,
  parseProof,
  parseVkey,
  verifyConsistency,
} from '@countersign/shared/ledger';
import { describe, expect, it } from 'vitest';
import { exampleOrder, examplePublicKey, examples } from './examples.ts';
import { exampleConsistency, exampleLedgerKey, exampleProof } from './ledger-examples.ts';

const routes = Object.entries(routeCatalog) as [RouteName, RouteContract][];

describe('the examples of the OpenAPI document', () => {
  it.each(routes)('are what %s takes and answers', (name, route) => {
    const { request, responses } = examples[name];
    expect(route.body === undefined).toBe(request === undefined);
    if (route.body) expect(route.body.safeParse(request).error).toBeUndefined();
    for (const value of Object.values(responses)) {
      const fitting = route.responses.filter((schema) => schema.safeParse(value).success);
      expect(fitting).toHaveLength(1);
    }
  });

  it('hold an order that an appliance would carry out', () => {
    const verdict = verifyOrder(exampleOrder, {
      publicKeys: [examplePublicKey],
      siteId: 'clinic-7',
      applianceId: 'box-1',
      now: new Date('2026-11-21T09:32:00Z'),
      maxTtlSeconds: 3_600,
      ed25519: naclEd25519,
    });
    expect(verdict).toMatchObject({ ok: true });
  });

  it('hold a proof and a step of a ledger that an auditor would accept', () => {
    const { publicKey, name: origin } = parseVkey(exampleLedgerKey);
    const leaf = leafHash(Buffer.from(exampleProof.leaf), sha256);
    const { index, checkpoint } = openProof(exampleProof.proof, leaf, { origin, publicKey }, sha256);
    expect(index).toBe(exampleProof.leaf_index);
    const { from, to, proof } = exampleConsistency;
    const claim = { from, to, fromRoot: parseProof(exampleProof.proof).proof[0]!, toRoot: checkpoint.root };
    expect(verifyConsistency({ ...claim, proof: proof.map((hash) => decodeBase64(hash)!) }, sha256)).toBe(true);
  });
});

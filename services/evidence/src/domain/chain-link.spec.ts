import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import {
  type ChainEntry,
  type ChainHead,
  type ChainLink,
  emptyChain,
  genesis,
  headAt,
  linkAfter,
  linkHashOf,
} from './chain-link.ts';
import { verifyChain } from './verify-chain.ts';

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => Buffer.from(raw).toString('hex'));
const entry: fc.Arbitrary<ChainEntry> = fc.record({
  evidence_id: fc.uuid(),
  bundle_id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
  host_id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}$/),
  digest: hex(32),
  signature: fc.option(hex(64)),
  public_key: fc.option(hex(32)),
  recorded_at: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString()),
});

function chainOf(siteId: string, entries: ChainEntry[]): ChainLink[] {
  let head: ChainHead = emptyChain(siteId);
  return entries.map((one) => {
    const link = linkAfter(head, one);
    head = headAt(link);
    return link;
  });
}

describe('a chain', () => {
  it('numbers its links from 1, each bound to the hash of the one before, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        const links = chainOf('clinic-1', entries);
        expect(links.map((link) => link.position)).toEqual(entries.map((_, index) => index + 1));
        expect(links.map((link) => link.previous_link_hash)).toEqual([
          genesis,
          ...links.slice(0, -1).map((link) => link.link_hash),
        ]);
        expect(links.map((link) => link.recorded_at)).toEqual(links.map((link) => link.recorded_at).toSorted());
        expect(verifyChain('clinic-1', links).faults).toEqual([]);
      }),
    );
  });

  it('gives every change of any field of any link another hash, which the verifier names', () => {
    const changes: Partial<Record<keyof ChainLink, unknown>> = {
      evidence_id: '00000000-0000-4000-8000-000000000000',
      bundle_id: 'other',
      host_id: 'other',
      digest: 'ab'.repeat(32),
      signature: 'cd'.repeat(64),
      public_key: 'ef'.repeat(32),
      recorded_at: '2100-01-01T00:00:00.000Z',
      previous_link_hash: '12'.repeat(32),
    };
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.constantFrom(...Object.keys(changes)),
        (entries, at, field) => {
          const links = chainOf('clinic-1', entries);
          const index = at % links.length;
          const changed = { ...links[index]!, [field]: changes[field as keyof ChainLink] };
          fc.pre(JSON.stringify(changed) !== JSON.stringify(links[index]));
          expect(linkHashOf(changed)).not.toBe(links[index]!.link_hash);
          const faults = verifyChain('clinic-1', links.with(index, changed)).faults;
          expect(faults).toContainEqual(
            expect.objectContaining({ kind: 'wrong-hash', position: index + 1, bundle_id: changed.bundle_id }),
          );
        },
      ),
    );
  });

  it('has a hash that anyone can compute from its documented text', () => {
    const link = linkAfter(emptyChain('s'), {
      evidence_id: 'e',
      bundle_id: 'b',
      host_id: 'h',
      digest: 'd',
      signature: null,
      public_key: null,
      recorded_at: '2026-11-21T10:00:00.000Z',
    });
    const text =
      '{"bundle_id": "b", "digest": "d", "evidence_id": "e", "host_id": "h", "position": 1, ' +
      `"previous_link_hash": "${genesis}", "public_key": null, "recorded_at": "2026-11-21T10:00:00.000Z", ` +
      '"signature": null, "site_id": "s", "version": 1}';
    expect(link.link_hash).toBe(sha256Hex(text));
  });

  it('keeps its order when the clock of the server goes back', () => {
    const one = { evidence_id: 'e', bundle_id: 'b', host_id: 'h', digest: 'd', signature: null, public_key: null };
    const head = { ...emptyChain('s'), position: 4, recorded_at: '2026-11-21T10:00:00.000Z' };
    expect(linkAfter(head, { ...one, recorded_at: '2026-11-21T09:59:59.999Z' }).recorded_at).toBe(head.recorded_at);
  });
});

describe('verifyChain', () => {
  const entries = Array.from({ length: 6 }, (_, index): ChainEntry => ({
    evidence_id: `e${index}`,
    bundle_id: `b${index}`,
    host_id: 'h',
    digest: sha256Hex(`d${index}`),
    signature: null,
    public_key: null,
    recorded_at: `2026-11-21T10:00:0${index}.000Z`,
  }));
  const links = chainOf('s', entries);
  const rehashed = (link: ChainLink): ChainLink => ({ ...link, link_hash: linkHashOf(link) });
  const faultsOf = (tampered: ChainLink[]) =>
    verifyChain('s', tampered).faults.map(({ kind, position, bundle_id }) => [kind, position, bundle_id]);

  it('names a link that was taken out', () => {
    expect(faultsOf(links.toSpliced(2, 1))).toEqual([['gap', 3, null]]);
    expect(verifyChain('s', links.toSpliced(2, 2)).faults[0]?.detail).toBe('missing: positions 3 to 4');
  });

  it('names the first links when the chain was cut at its beginning', () => {
    expect(faultsOf(links.slice(1))).toEqual([['gap', 1, null]]);
  });

  it('names a second link at a position', () => {
    const second = rehashed({ ...links[2]!, bundle_id: 'forged' });
    expect(faultsOf(links.toSpliced(3, 0, second))).toEqual([['fork', 3, 'forged']]);
  });

  it('names a link that was rewritten with a hash of its own: the next one no longer follows', () => {
    const rewritten = rehashed({ ...links[2]!, digest: sha256Hex('rewritten') });
    expect(faultsOf(links.with(2, rewritten))).toEqual([['wrong-previous', 4, 'b3']]);
  });

  it('names a link of another site', () => {
    expect(faultsOf(links.with(5, rehashed({ ...links[5]!, site_id: 'other' })))).toEqual([['foreign-site', 6, 'b5']]);
  });

  it('names a link that says an earlier time than the one before it', () => {
    const tail = rehashed({ ...links[5]!, recorded_at: '2026-11-21T09:00:00.000Z' });
    expect(faultsOf(links.with(5, tail))).toEqual([['time-goes-back', 6, 'b5']]);
  });

  it('goes on from where it stopped, and sees a fault at the seam', () => {
    const { head } = verifyChain('s', links.slice(0, 3));
    expect(verifyChain('s', links.slice(3), head).faults).toEqual([]);
    expect(verifyChain('s', links.slice(4), head).faults).toMatchObject([{ kind: 'gap', position: 4 }]);
  });
});

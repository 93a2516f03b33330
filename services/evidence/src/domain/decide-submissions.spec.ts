import { describe, expect, it } from 'vitest';
import { emptyChain, genesis } from './chain-link.ts';
import { decideSubmissions, type KnownState, type Submission } from './decide-submissions.ts';
import { aBundle } from './sample-bundle.ts';

const now = '2026-11-21T10:00:07.000Z';
const nothing: KnownState = { heads: new Map(), bundles: [], refusals: new Map(), now };
const good = { ok: true, value: { publicKey: null } } as const;
const forged = { ok: false, refusal: 'EVIDENCE.SIGNATURE_INVALID' } as const;
const submission = (eventId: string, bundle = aBundle(), verdict: Submission['verdict'] = good): Submission => ({
  eventId,
  bundle,
  verdict,
  traceId: null,
  traceparent: undefined,
  replyto: undefined,
});
const kindsOf = (submissions: Submission[], state = nothing) =>
  decideSubmissions(submissions, state).decisions.map(({ kind }) => kind);
const known = (bundle = aBundle()) => ({
  siteId: bundle.site_id,
  bundleId: bundle.bundle_id,
  evidenceId: bundle.evidence_id,
  digest: bundle.digest,
  signature: bundle.signature,
  recordedAt: '2026-11-20T00:00:00.000Z',
  uri: 'vault://x',
  retainUntil: '2032-11-20T00:00:00.000Z',
});

describe('decideSubmissions', () => {
  it('chains what is new, each site by itself, and says where each chain ends', () => {
    const bundles = [aBundle(), aBundle({ site_id: 'clinic-2' }), aBundle({ bundle_id: 'bundle-2' })];
    const { decisions, heads } = decideSubmissions(
      bundles.map((bundle, index) => submission(`${index}`, bundle)),
      nothing,
    );
    const links = decisions.flatMap((decision) => (decision.kind === 'new' ? [decision.link] : []));
    expect(links.map(({ site_id, position }) => [site_id, position])).toEqual([
      ['clinic-1', 1],
      ['clinic-2', 1],
      ['clinic-1', 2],
    ]);
    expect(links[2]!.previous_link_hash).toBe(links[0]!.link_hash);
    expect(links[1]!.previous_link_hash).toBe(genesis);
    expect(heads).toEqual([
      { site_id: 'clinic-1', position: 2, link_hash: links[2]!.link_hash, recorded_at: now },
      { site_id: 'clinic-2', position: 1, link_hash: links[1]!.link_hash, recorded_at: now },
    ]);
  });

  it('goes on where the chain ends', () => {
    const heads = new Map([['clinic-1', { ...emptyChain('clinic-1'), position: 41, link_hash: 'ab'.repeat(32) }]]);
    const [decision] = decideSubmissions([submission('1')], { ...nothing, heads }).decisions;
    expect(decision).toMatchObject({ kind: 'new', link: { position: 42, previous_link_hash: 'ab'.repeat(32) } });
  });

  it('takes the same text twice in one batch once, and other text under the same id not at all', () => {
    const same = [submission('1'), submission('2'), submission('3', aBundle({ outcome: 'failed' }))];
    const { decisions, heads } = decideSubmissions(same, nothing);
    expect(decisions.map(({ kind }) => kind)).toEqual(['new', 'repeat', 'refused']);
    expect(decisions[2]).toMatchObject({ code: 'EVIDENCE.BUNDLE_CONFLICT', again: false });
    expect(heads).toMatchObject([{ position: 1 }]);
  });

  it('gives a repeat its first answer', () => {
    const [decision] = decideSubmissions([submission('9')], { ...nothing, bundles: [known()] }).decisions;
    expect(decision).toMatchObject({
      kind: 'repeat',
      known: { uri: 'vault://x', recordedAt: '2026-11-20T00:00:00.000Z' },
    });
  });

  it('gives a repeat under the same signature its first answer even when the key was replaced since', () => {
    expect(kindsOf([submission('9', aBundle(), forged)], { ...nothing, bundles: [known()] })).toEqual(['repeat']);
  });

  it('refuses a known text under a forged signature, and takes it under another good one as a repeat', () => {
    const resigned = { ...aBundle(), signature: 'ab'.repeat(64) };
    const state = { ...nothing, bundles: [known()] };
    expect(kindsOf([submission('9', resigned, forged)], state)).toEqual(['refused']);
    expect(kindsOf([submission('9', resigned)], state)).toEqual(['repeat']);
  });

  it('does not let a refused bundle take the id of a good one', () => {
    expect(kindsOf([submission('1', aBundle(), forged), submission('2', aBundle({ outcome: 'failed' }))])).toEqual([
      'refused',
      'new',
    ]);
  });

  it('stands by its refusal when the same event comes again, although its key would be good now', () => {
    const state: KnownState = { ...nothing, refusals: new Map([['1', 'EVIDENCE.SIGNATURE_INVALID']]) };
    const [decision] = decideSubmissions([submission('1')], state).decisions;
    expect(decision).toMatchObject({ kind: 'refused', code: 'EVIDENCE.SIGNATURE_INVALID', again: true });
  });

  it('records the refusal of an event that stands in the batch twice once', () => {
    const { decisions } = decideSubmissions(
      [submission('1', aBundle(), forged), submission('1', aBundle(), forged)],
      nothing,
    );
    expect(decisions).toMatchObject([{ again: false }, { again: true }]);
  });

  it('keeps two sites apart that use the same bundle id', () => {
    expect(kindsOf([submission('1'), submission('2', aBundle({ site_id: 'clinic-2' }))])).toEqual(['new', 'new']);
  });
});

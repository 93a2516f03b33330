import { describe, expect, it } from 'vitest';
import { AppError } from '@countersign/shared/kernel';
import { ask, call, open, pieces, playServices, principals } from './played-services.conformance.ts';

playServices();

const kit = '/evidence/clinic-7/kit?from=2026-01-01T00:00:00Z&to=2026-04-01T00:00:00Z';
const proof = { leaf_index: 3, leaf: '{}', proof: 'c2sp.org/tlog-proof@v1\n' };

describe('a kit', () => {
  it('is streamed as a file with a name that says what it holds', async () => {
    open.mockResolvedValue(pieces('PK', 'zip'));
    const answer = await call(`${kit}&head=77`, { as: 'auditor' });
    expect([answer.status, answer.text]).toEqual([200, 'PKzip']);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="countersign-clinic-7-2026-01-01-2026-04-01.zip"',
      'cache-control': 'no-store',
    });
    const question = { site_id: 'clinic-7', from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z', head: 77 };
    expect(open).toHaveBeenCalledWith('rpc.evidence.export-kit.v1', question, expect.anything());
  });

  it('that cannot be made is a problem, not half a file', async () => {
    open.mockRejectedValue(new AppError('LEDGER.BEYOND_HEAD', 'invalid', 'not that large'));
    const answer = await call(`${kit}&head=77`, { as: 'auditor' });
    expect([answer.status, answer.body?.['error_code']]).toEqual([400, 'LEDGER.BEYOND_HEAD']);
    expect(answer.headers['content-disposition']).toBeUndefined();
  });

  it('needs a range, and names every field that is wrong', async () => {
    const bare = await call('/evidence/clinic-7/kit', { as: 'auditor' });
    expect(bare.body).toMatchObject({ error_code: 'REQUEST.INVALID', errors: [{ field: 'from' }, { field: 'to' }] });
    const backwards = await call('/evidence/clinic-7/kit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', {
      as: 'auditor',
    });
    expect(backwards.body).toMatchObject({ errors: [{ field: 'to' }] });
    expect(open).not.toHaveBeenCalled();
  });

  it('is for whoever may export', async () => {
    const answer = await call(kit, { as: 'box' });
    expect([answer.status, answer.body]).toMatchObject([403, { required_scope: 'evidence:export' }]);
  });
});

describe('a bundle', () => {
  it('is described by site and id, whatever its id; an upload stays an upload', async () => {
    ask.mockResolvedValue({ bundle_id: 'b.1' });
    expect((await call('/evidence/clinic-7/b.1', { as: 'box' })).body).toEqual({ bundle_id: 'b.1' });
    // With the site of the credential beside that of the path.
    const question = { site_id: 'clinic-7', bundle_id: 'b.1', bound_site: 'clinic-7' };
    expect(ask).toHaveBeenCalledWith('rpc.evidence.describe.v1', question, expect.anything());
    const upload = await call('/evidence/upload', { as: 'auditor', body: {} });
    expect(upload.body).toMatchObject({ required_scope: 'evidence:submit' });
  });

  it.each(['/evidence/clinic-8/b', '/evidence/clinic-8/b/proof', '/orders/clinic-8/0123456789abcdef/proof'])(
    'of another site is closed to an appliance: %s',
    async (path) => {
      expect((await call(path, { as: 'box' })).body).toMatchObject({ error_code: 'AUTH.SITE_FORBIDDEN' });
    },
  );
});

describe('a proof', () => {
  it.each([
    ['/evidence/clinic-7/b.1/proof', { site_id: 'clinic-7', kind: 'evidence', id: 'b.1' }],
    ['/orders/clinic-7/0123456789abcdef/proof', { site_id: 'clinic-7', kind: 'order', id: '0123456789abcdef' }],
    [
      '/incidents/clinic-7/01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10/proof',
      { site_id: 'clinic-7', kind: 'incident', id: '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10' },
    ],
  ])('at %s is JSON, and bare for whoever asks for text', async (path, question) => {
    ask.mockResolvedValue(proof);
    const json = await call(path, { as: 'box' });
    expect([json.body, json.headers['vary']]).toEqual([proof, 'accept']);
    expect(ask).toHaveBeenCalledWith('rpc.evidence.prove.v1', question, expect.anything());
    const text = await call(path, { as: 'box', accept: 'text/plain' });
    expect([text.text, text.headers['content-type']]).toEqual([proof.proof, 'text/plain; charset=utf-8']);
  });

  it('that is not there yet is a problem also for whoever asks for text', async () => {
    ask.mockRejectedValue(new AppError('LEDGER.NOT_PUBLISHED', 'unavailable', 'soon', { retryAfterSeconds: 1 }));
    const answer = await call('/evidence/clinic-7/b.1/proof', { as: 'box', accept: 'text/plain' });
    expect([answer.status, answer.body?.['error_code']]).toEqual([503, 'LEDGER.NOT_PUBLISHED']);
  });
});

describe('retention', () => {
  const reason = 'litigation 7/26';
  it.each([
    ['legal-hold', 'rpc.evidence.set-legal-hold.v1', { hold: true, reason }],
    ['retention', 'rpc.evidence.extend-retention.v1', { retain_until: '2040-01-01T00:00:00Z', reason }],
  ])('%s is changed in the name of the credential, whatever the body says', async (verb, request, body) => {
    ask.mockResolvedValue({ done: true });
    const forged = { ...body, principal_id: 'somebody else', bundle_id: 'another', site_id: 'clinic-8' };
    const answer = await call(`/evidence/clinic-7/b.1/${verb}`, { as: 'operator', body: forged });
    expect([answer.status, answer.body]).toEqual([200, { done: true }]);
    const question = { site_id: 'clinic-7', bundle_id: 'b.1', ...body, principal_id: principals['operator']!.id };
    expect(ask).toHaveBeenCalledWith(request, expect.objectContaining(question), expect.anything());
  });

  it.each(['legal-hold', 'retention'])('%s is closed to appliances and auditors, and wants a reason', async (verb) => {
    const path = `/evidence/clinic-7/b.1/${verb}`;
    for (const as of ['box', 'auditor']) {
      expect((await call(path, { as, body: {} })).body).toMatchObject({ required_scope: 'evidence:retain' });
    }
    const bad = await call(path, { as: 'admin', body: { reason: ' ' } });
    const fields = [{ field: verb === 'retention' ? 'retain_until' : 'hold' }, { field: 'reason' }];
    expect(bad.body).toMatchObject({ error_code: 'REQUEST.INVALID', errors: fields });
  });
});

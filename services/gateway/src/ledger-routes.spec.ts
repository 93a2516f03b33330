import { describe, expect, it } from 'vitest';
import { AppError } from '@countersign/shared/kernel';
import { ask, call, open, pieces, playServices } from './played-services.conformance.ts';

playServices();

describe('tiles', () => {
  it.each([
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['3/x001/067', { level: 3, index: 1067, width: 256 }],
    ['0/x001/067.p/5', { level: 0, index: 1067, width: 5 }],
  ])('%s is asked for by level, index and width, and may be kept for ever', async (path, question) => {
    ask.mockResolvedValue({ bytes: Buffer.from([0, 255, 10]).toString('base64') });
    const answer = await call(`/ledger/tile/${path}`, { as: 'box' });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '3',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(ask).toHaveBeenCalledWith('rpc.evidence.read-tile.v1', question, expect.anything());
  });

  it.each([
    '',
    '0',
    '0/0',
    '0/0000',
    '64/000',
    '00/000',
    '0/x000/001',
    '0/001.p/0',
    '0/001.p/256',
    '0/001.p/05',
    '0/001.p',
    '0/..%2f..%2fkey',
    '0/000/',
    'data/000',
    'entries',
    'entries/1',
    '-1/000',
    `0/${'x001/'.repeat(9)}001`,
  ])('named %s are no tiles, and nobody is asked', async (path) => {
    const answer = await call(`/ledger/tile/${path}`, { as: 'admin' });
    expect([answer.status, answer.body?.['error_code']]).toEqual([404, 'LEDGER.NOT_FOUND']);
    expect(ask).not.toHaveBeenCalled();
    expect(open).not.toHaveBeenCalled();
  });

  it.each(['/ledger/tile/entries/x001/067.p/5', '/ledger/entries/x001/067.p/5'])(
    'of entries are streamed to whoever may read all sites: %s',
    async (path) => {
      open.mockResolvedValue(pieces('ab', 'c'));
      const answer = await call(path, { as: 'auditor' });
      expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
        200,
        'abc',
        'application/octet-stream',
      ]);
      const question = { index: 1067, width: 5 };
      expect(open).toHaveBeenCalledWith('rpc.evidence.read-entries.v1', question, expect.anything());
    },
  );

  it.each([
    ['/ledger/tile/entries/000', 'box', 'AUTH.SCOPE_MISSING'],
    ['/ledger/tile/entries/000', 'operator', 'AUTH.SCOPE_MISSING'],
    ['/ledger/tile/entries/000', 'boundAdmin', 'AUTH.SITE_FORBIDDEN'],
    ['/ledger/entries/000', 'box', 'AUTH.SCOPE_MISSING'],
    ['/ledger/entries/000', 'operator', 'AUTH.SCOPE_MISSING'],
    ['/ledger/entries/000', 'boundAdmin', 'AUTH.SITE_FORBIDDEN'],
  ])('of entries at %s are refused to %s', async (path, as, code) => {
    const answer = await call(path, { as });
    expect([answer.status, answer.body?.['error_code']]).toEqual([403, code]);
    expect(open).not.toHaveBeenCalled();
  });

  it('that do not exist are a 404 that nobody keeps', async () => {
    ask.mockRejectedValue(new AppError('LEDGER.NOT_FOUND', 'not-found', 'no such tile'));
    const answer = await call('/ledger/tile/0/999', { as: 'box' });
    expect([answer.status, answer.headers['cache-control']]).toEqual([404, 'no-store']);
  });
});

describe('the head of the ledger', () => {
  it('has a checkpoint once it is published', async () => {
    ask.mockResolvedValueOnce({ checkpoint: null }).mockResolvedValueOnce({ checkpoint: 'origin\n3\nroot\n' });
    const early = await call('/ledger/checkpoint', { as: 'box' });
    expect([early.status, early.body?.['error_code']]).toEqual([503, 'LEDGER.NOT_PUBLISHED']);
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0);
    const answer = await call('/ledger/checkpoint', { as: 'box' });
    expect([answer.text, answer.headers['cache-control']]).toEqual(['origin\n3\nroot\n', 'no-cache']);
  });

  it('has a key that is public, and asked for once however many want it', async () => {
    ask.mockRejectedValueOnce(new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'away'));
    expect((await call('/ledger/key')).status).toBe(503);
    ask.mockResolvedValue({ verifier_key: 'log+1234+AAAA' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('/ledger/key')));
    for (const { text } of answers) expect(text).toBe('log+1234+AAAA\n');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is open to nobody else without a credential', async () => {
    for (const path of ['/ledger/checkpoint', '/ledger/tile/0/000', '/ledger/entries/000', '/ledger/consistency']) {
      expect((await call(path)).status).toBe(401);
    }
  });

  it('has proofs of consistency between sizes that are numbers', async () => {
    ask.mockResolvedValue({ from: 1, to: 2, proof: [], to_checkpoint: 'x' });
    expect((await call('/ledger/consistency?from=1&to=2', { as: 'box' })).status).toBe(200);
    expect(ask).toHaveBeenCalledWith('rpc.evidence.prove-consistency.v1', { from: 1, to: 2 }, expect.anything());
    const bad = await call('/ledger/consistency?from=-1&to=x', { as: 'box' });
    expect(bad.body).toMatchObject({ error_code: 'REQUEST.INVALID', errors: [{ field: 'from' }, { field: 'to' }] });
  });
});

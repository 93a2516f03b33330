import { describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { readUpload, type UploadParts } from './read-upload.ts';

const bundle = Buffer.from('{"bundle_id":"b"}');
const raw = Buffer.alloc(64, 7);
const read = (changes: Partial<UploadParts>) =>
  readUpload({ bundle, signature: undefined, bundleHash: undefined, signatureHash: undefined, ...changes });

describe('readUpload', () => {
  it('takes a signature of 64 raw bytes or of hex in any case, with white space at the end', () => {
    const expected = { ok: true, value: { signature: raw.toString('hex') } };
    expect(read({ signature: raw })).toMatchObject(expected);
    expect(read({ signature: Buffer.from(`${raw.toString('hex').toUpperCase()}\n`) })).toMatchObject(expected);
  });

  it.each([Buffer.alloc(63), Buffer.alloc(65), Buffer.from('zz'.repeat(64)), Buffer.alloc(0)])(
    'refuses a signature file of %s',
    (signature) => {
      expect(read({ signature })).toMatchObject({ ok: false, refusal: { code: 'EVIDENCE.SIGNATURE_INVALID' } });
    },
  );

  it('refuses a bundle whose bytes differ from the declared hash', () => {
    const bundleHash = `sha256:${sha256Hex('other')}`;
    expect(read({ bundleHash })).toMatchObject({ ok: false, refusal: { code: 'REQUEST.HASH_MISMATCH' } });
  });

  it('refuses a hash header that it cannot read, instead of passing over it', () => {
    expect(read({ bundleHash: 'md5:abc' })).toMatchObject({ ok: false, refusal: { code: 'REQUEST.HASH_MISMATCH' } });
  });

  it('refuses an upload without its bundle', () => {
    expect(read({ bundle: undefined })).toMatchObject({ ok: false, refusal: { code: 'REQUEST.MALFORMED_MULTIPART' } });
  });
});

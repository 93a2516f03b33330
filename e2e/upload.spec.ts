import { createHash } from 'node:crypto';
import { canonicalString, fromHex } from '@countersign/shared/crypto';
import { uploadResponse } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');
const hashOf = (data: string | Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

interface Files {
  bundle?: string;
  signature?: string | Uint8Array;
}

describe('an upload', () => {
  let box: Box;

  beforeAll(async () => {
    box = await enrolBox(system);
  });

  function upload(files: Files, headers: Record<string, string | undefined> = {}) {
    const body = new FormData();
    for (const [name, content] of Object.entries(files)) body.set(name, new Blob([content as string]), `${name}.bin`);
    return box.send('/evidence/upload', {
      body,
      headers: { 'x-client-id': box.siteId, ...(headers as Record<string, string>) },
    });
  }

  it('with a signature of 64 raw bytes is taken, under the names that the uploader in the field uses', async () => {
    const { check_type: _, ...fields } = box.bundle();
    const bundle = JSON.stringify({ ...fields, check: 'backup', action_taken: 'restic backup' }, undefined, 2);
    const signature = fromHex(box.signer.sign(bundle));
    const answer = await upload(
      { bundle, signature },
      { 'x-bundle-id': fields.bundle_id, 'x-bundle-hash': hashOf(bundle), 'x-signature-hash': hashOf(signature) },
    );
    expect(answer.status, answer.text).toBe(200);
    const taken = uploadResponse.parse(answer.body);
    expect(taken).toMatchObject({ bundle_id: fields.bundle_id, retention_days: 2192 });
    expect(await box.sealed(fields.bundle_id)).toMatchObject({ check_type: 'backup' });
    const again = uploadResponse.parse((await upload({ bundle, signature })).body);
    expect(again).toMatchObject({ status: 'uploaded', signature_uri: `${again.bundle_uri}#/signature` });
    expect(Date.parse(again.retention_until!) - Date.now()).toBeGreaterThan(2190 * 86_400_000);
  });

  it('with a signature in hex is taken, with the line end that a shell puts there', async () => {
    const bundle = canonicalString(box.bundle());
    const answer = await upload({ bundle, signature: `${box.signer.sign(bundle)}\n` });
    expect(answer.status, answer.text).toBe(200);
  });

  it('whose times lie ahead of the server is refused, and so is one that ends before it begins', async () => {
    const send = (fields: Record<string, string>) => {
      const bundle = canonicalString(box.bundle(fields));
      return upload({ bundle, signature: fromHex(box.signer.sign(bundle)) });
    };
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    expect(problemOf(await send({ timestamp_end: at(600_000) }))).toEqual([422, 'EVIDENCE.CLOCK_AHEAD']);
    expect(problemOf(await send({ timestamp_end: at(-600_000) }))).toEqual([400, 'REQUEST.INVALID']);
  });

  it('whose hash is not the declared one is refused', async () => {
    const bundle = canonicalString(box.bundle());
    const signature = box.signer.sign(bundle);
    const wrong = hashOf('something else');
    for (const headers of [{ 'x-bundle-hash': wrong }, { 'x-signature-hash': wrong }, { 'x-bundle-hash': 'md5:1' }]) {
      expect(problemOf(await upload({ bundle, signature }, headers))).toEqual([400, 'REQUEST.HASH_MISMATCH']);
    }
  });

  it('without its bundle, or with one that is no bundle, is refused', async () => {
    expect(problemOf(await upload({ signature: '00' }))).toEqual([400, 'REQUEST.MALFORMED_MULTIPART']);
    expect(problemOf(await upload({}))[0]).toBe(400);
    expect(problemOf(await upload({ bundle: '{"a":1,"a":2}' }))).toEqual([400, 'REQUEST.MALFORMED_JSON']);
    expect(problemOf(await upload({ bundle: '{}' }))).toEqual([400, 'REQUEST.INVALID']);
    expect(problemOf(await upload({ bundle: 'x'.repeat(600_000) }))).toEqual([413, 'REQUEST.TOO_LARGE']);
  });

  it('with a signature that does not hold, or none, is refused', async () => {
    const bundle = canonicalString(box.bundle());
    const flipped = fromHex(box.signer.sign(bundle));
    flipped[5]! ^= 1;
    expect(problemOf(await upload({ bundle, signature: flipped }))).toEqual([422, 'EVIDENCE.SIGNATURE_INVALID']);
    expect(problemOf(await upload({ bundle, signature: 'too short' }))).toEqual([422, 'EVIDENCE.SIGNATURE_INVALID']);
    expect(problemOf(await upload({ bundle }))).toEqual([422, 'EVIDENCE.SIGNATURE_REQUIRED']);
  });

  it('whose headers name another site or bundle than the file is refused', async () => {
    const bundle = canonicalString(box.bundle());
    const signature = box.signer.sign(bundle);
    for (const headers of [{ 'x-client-id': 'e2e-other' }, { 'x-bundle-id': 'other' }, { 'x-client-id': '' }]) {
      expect(problemOf(await upload({ bundle, signature }, headers))).toEqual([400, 'REQUEST.INVALID']);
    }
  });
});

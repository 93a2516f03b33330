import { randomBytes } from 'node:crypto';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { cosign, witnessName } from '@countersign/shared/ledger';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from '../harness/box.ts';
import type { Json } from '../harness/call.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';
import { verifyCosignature } from '../independent/index.ts';

const system = inject('system');
const textOf = (note: string) => note.slice(0, note.indexOf('\n\n') + 1);
const sizeOf = (note: string) => Number(note.split('\n')[1]);

describe('what a witness signs', () => {
  let database: Database;
  let box: Box;
  let note: string;

  beforeAll(async () => {
    database = openDatabase(inject('inside').databaseUrl);
    box = await enrolBox(system);
    note = await until(
      'a checkpoint',
      async () => ((await checkIn({ seen_size: 0 })).checkpoint as string | null) ?? false,
    );
  });
  afterAll(() => database?.close());

  const checkIn = async (ledger: Json, gateway = 0): Promise<Json> => {
    const { siteId: site_id, hostId: host_id } = box;
    const answer = await box.send('/checkin', { body: { site_id, host_id, ledger }, gateway });
    expect(answer.status, answer.text).toBe(200);
    return answer.body.ledger;
  };
  const sign = (text: string) =>
    cosign(text, {
      name: witnessName(box.signer.publicKey),
      signer: box.signer,
      time: Math.floor(Date.now() / 1_000),
    });

  it('is kept as it was signed, once, and verifies by another implementation', async () => {
    const ledger = { seen_size: sizeOf(note), cosignature: sign(textOf(note)) };
    const answers = await Promise.all([checkIn(ledger, 0), checkIn(ledger, 1)]);
    expect(answers.map(({ cosignature }) => cosignature)).toEqual(['kept', 'kept']);
    const rows = await database.rows<Json>('select * from evidence.checkpoint_cosignatures where site_id = $1', [
      box.siteId,
    ]);
    expect(rows).toMatchObject([{ size: String(sizeOf(note)), host_id: box.hostId, line: ledger.cosignature }]);
    const publicKey = new Uint8Array(Buffer.from(box.signer.publicKey, 'hex'));
    const published = await database.rows<{ note: string }>(
      'select note from evidence.ledger_checkpoints where size = $1',
      [sizeOf(note)],
    );
    const name = witnessName(box.signer.publicKey);
    const time = await verifyCosignature(rows[0].line, textOf(published[0]!.note), name, publicKey);
    expect((rows[0].signed_at as Date).getTime()).toBe(Number(time) * 1_000);
  });

  it('over a second history is refused, and becomes a leaf of the ledger', async () => {
    const forged = textOf(note).split('\n').with(2, randomBytes(32).toString('base64')).join('\n');
    const answer = await checkIn({ seen_size: sizeOf(note), cosignature: sign(forged) });
    expect(answer).toMatchObject({ cosignature: 'refused', checkpoint: expect.any(String) });
    const leaf = await until('the fault is a leaf', async () => {
      const sql = `select leaf from evidence.ledger_leaves where site_id = $1 and type = 'evidence.integrity-fault.v1'`;
      return (await database.rows<{ leaf: string }>(sql, [box.siteId]))[0]?.leaf;
    });
    expect(JSON.parse(leaf).data).toMatchObject({
      kind: 'foreign-checkpoint-cosigned',
      facts: { public_key: box.signer.publicKey, seen_size: sizeOf(note) },
    });
  });

  it('under a key that is not enrolled is refused', async () => {
    const stranger = nodeEd25519.createSigner(randomBytes(32).toString('hex'));
    const time = Math.floor(Date.now() / 1_000);
    const line = cosign(textOf(note), { name: witnessName(stranger.publicKey), signer: stranger, time });
    expect(await checkIn({ seen_size: sizeOf(note), cosignature: line })).toMatchObject({ cosignature: 'refused' });
  });
});

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EventEnvelope, RequestOf } from '@countersign/shared/contracts';
import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import { AppError, newId, systemClock } from '@countersign/shared/kernel';
import {
  cosign,
  decodeBase64,
  openCheckpoint,
  proveConsistency,
  signCheckpoint,
  treeRoot,
  verifyConsistency,
  verifyCosignature,
  witnessName,
} from '@countersign/shared/ledger';
import { envelopeOf } from '@countersign/shared/messaging';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { createAuditEvents } from '../src/features/audit-events/audit-events.handler.ts';
import { createTellForeign } from '../src/features/witness-checkpoint/tell-foreign.ts';
import { createWitnessCheckpoint } from '../src/features/witness-checkpoint/witness-checkpoint.handler.ts';
import { CosignatureRepository } from '../src/persistence/cosignature.repository.ts';
import { LedgerRepository } from '../src/persistence/ledger.repository.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';

const origin = 'log.example/ledger';
const log = nodeEd25519.createSigner('11'.repeat(32));
const box = nodeEd25519.createSigner('22'.repeat(32));
const other = nodeEd25519.createSigner('33'.repeat(32));
const who = { site_id: 'clinic-1', host_id: 'box-1' };
const keys = { enrolled: box.publicKey as string | null, remembered: false, isSilent: false };

let database: TestDatabase;
let pool: Pool;
let ledger: LedgerRepository;
let tiles: TileReader;
let size = 0;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'witness-spec', max: 4 });
  ledger = new LedgerRepository(pool);
  tiles = new TileReader(pool);
  expect(await witness()).toMatchObject([{ checkpoint: null, consistency: null, cosignature: 'none' }]);
  for (const more of [3, 4, 30]) await grow(more);
});

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Leaves, and a checkpoint over them as the publisher makes it. */
async function grow(entries: number): Promise<void> {
  const event = (): EventEnvelope =>
    envelopeOf('orders.appliance-silent.v1', {
      owner: 'orders',
      id: newId(),
      subject: who.site_id,
      time: new Date().toISOString(),
      data: { ...who, last_checkin: new Date().toISOString(), noticed_at: new Date().toISOString() },
    });
  await createAuditEvents({ ledger })(Array.from({ length: entries }, event));
  size += entries;
  const root = await treeRoot(size, tiles, sha256);
  await pool.query('insert into ledger_checkpoints (size, root, note, version_id) values ($1, $2, $3, $4)', [
    size,
    root,
    signCheckpoint({ origin, size, root }, log),
    'v1',
  ]);
}

async function noteOf(at: number): Promise<string> {
  const { rows } = await pool.query<{ note: string }>('select note from ledger_checkpoints where size = $1', [at]);
  return rows[0]!.note;
}
const open = (note: string) => openCheckpoint(note, { origin, publicKey: log.publicKey, ed25519: nodeEd25519 });
const now = () => Math.floor(Date.now() / 1_000);
const cosigned = (note: string, signer = box, time = now()) =>
  cosign(open(note).text, { name: witnessName(signer.publicKey), signer, time });

type Question = RequestOf<'rpc.evidence.witness.v1'>;
const said: EventEnvelope[] = [];
function witness(...questions: Partial<Question>[]) {
  const repository = new CosignatureRepository(pool);
  const ask = async () => {
    if (keys.isSilent) throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'silent');
    return keys.enrolled;
  };
  const handle = createWitnessCheckpoint({
    repository,
    keys: {
      ask,
      find: async () =>
        keys.remembered ? { key: other.publicKey, remembered: true } : { key: await ask(), remembered: false },
    },
    prove: (from, to) => proveConsistency(from, to, tiles, sha256),
    tellForeign: createTellForeign({
      repository,
      messaging: {
        publish: (rows) => void said.push(...rows.flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[])),
      },
      logger: createLogger({ service: 'evidence', level: 'fatal' }),
      clock: systemClock,
    }),
    clock: systemClock,
  });
  return handle((questions.length === 0 ? [{}] : questions).map((one) => ({ ...who, seen_size: 0, ...one })));
}
const kept = async (at: number) => {
  const sql = 'select * from checkpoint_cosignatures where size = $1 order by public_key';
  return (await pool.query<Record<string, unknown>>(sql, [at])).rows;
};

describe('the newest checkpoint', () => {
  it('comes with a proof from every size up to its own, published or not', async () => {
    const newest = open(await noteOf(37));
    const answers = await witness(...Array.from({ length: 38 }, (_, seen_size) => ({ seen_size })));
    for (const [seen, { checkpoint, consistency, cosignature }] of answers.entries()) {
      expect([checkpoint, cosignature]).toEqual([newest.note, 'none']);
      const fromRoot = await treeRoot(seen, tiles, sha256);
      const proof = consistency!.map((hash) => decodeBase64(hash)!);
      const claim = { from: seen, to: 37, fromRoot, toRoot: newest.root, proof };
      expect(verifyConsistency(claim, sha256)).toBe(true);
    }
  });

  it('has no proof for somebody who has seen more: the ledger was set back, and the appliance has to know', async () => {
    expect(await witness({ seen_size: 38 })).toMatchObject([{ checkpoint: await noteOf(37), consistency: null }]);
  });
});

describe('a cosignature', () => {
  it('is kept once for a key and size, and verifies against the row of our checkpoint', async () => {
    const line = cosigned(await noteOf(7));
    const question = { seen_size: 7, cosignature: line };
    expect((await witness(question, question)).map(({ cosignature }) => cosignature)).toEqual(['kept', 'kept']);
    const again = { seen_size: 7, cosignature: cosigned(await noteOf(7), box, now() - 60) };
    expect(await witness(again)).toMatchObject([{ cosignature: 'kept' }]);
    const rows = await kept(7);
    expect(rows).toMatchObject([{ public_key: box.publicKey, ...who, line }]);
    const name = witnessName(box.publicKey);
    const verified = verifyCosignature(line, open(await noteOf(7)).text, { name, publicKey: box.publicKey });
    expect((rows[0]!['signed_at'] as Date).getTime()).toBe(verified!.time * 1_000);
  });

  it('under a key that was replaced since it was remembered is held against the new one', async () => {
    keys.remembered = true;
    expect(await witness({ seen_size: 3, cosignature: cosigned(await noteOf(3)) })).toMatchObject([
      { cosignature: 'kept' },
    ]);
    keys.remembered = false;
    expect(await kept(3)).toHaveLength(1);
  });

  it('that is of no use is refused, and the check-in is answered all the same', async () => {
    const note = await noteOf(37);
    const useless = [
      'x',
      cosigned(note, other),
      cosigned(note, box, now() + 180),
      cosigned(note, box, now() - 2 * 86_400),
    ];
    const answers = await witness(...useless.map((cosignature) => ({ seen_size: 37, cosignature })));
    for (const answer of answers) expect(answer).toEqual({ checkpoint: note, consistency: [], cosignature: 'refused' });
    keys.isSilent = true;
    expect(await witness({ seen_size: 37, cosignature: cosigned(note) })).toMatchObject([{ cosignature: 'refused' }]);
    keys.isSilent = false;
    expect(await kept(37)).toEqual([]);
    expect(said).toEqual([]);
  });

  it('over a checkpoint that is not ours is refused, and said as an integrity fault that is committed', async () => {
    const forged = signCheckpoint({ origin, size: 37, root: new Uint8Array(32) }, log);
    const [answer] = await witness({ seen_size: 37, cosignature: cosigned(forged) });
    expect(answer!.cosignature).toBe('refused');
    expect(said).toMatchObject([
      { subject: who.site_id, data: { kind: 'foreign-checkpoint-cosigned', site_id: who.site_id } },
    ]);
    const { rows } = await pool.query(`select payload from outbox where subject = 'evidence.integrity-fault.v1'`);
    expect(rows).toHaveLength(1);
    expect(await kept(37)).toEqual([]);
  });

  it('is never rewritten', async () => {
    for (const sql of ['update checkpoint_cosignatures set line = line', 'delete from checkpoint_cosignatures'])
      await expect(pool.query(sql)).rejects.toThrow(/insert-only|permission denied/);
  });
});

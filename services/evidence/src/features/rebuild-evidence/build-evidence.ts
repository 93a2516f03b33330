import { insertChainHeads } from '../../persistence/rebuild/derived-rows.ts';
import type { OldRows } from '../../persistence/rebuild/old-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import { StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import { countLeavesByType, countRows } from '../../persistence/rebuild/table-digests.ts';
import { adoptObjects } from './adopt-objects.ts';
import { carryCosignatures } from './carry-cosignatures.ts';
import { carryBundles, copyRows, moveLeaves } from './carry-over.ts';
import { fillBundles } from './fill-bundles.ts';
import { fillFromLeaves, fillInbox } from './fill-derived.ts';
import { type FilledLedger, fillLedger } from './fill-ledger.ts';
import { fillTimestamps } from './fill-timestamps.ts';
import { compareCheckpoints, findLosses, findWorkInHand } from './find-losses.ts';
import { emptyNotes, type Loss, type Notes } from './losses.ts';
import { proveChains, proveLedger } from './prove-tables.ts';
import type { Progress } from './progress.ts';
import type { LedgerVerifier } from './read-ledger.ts';
import { notNow, notProved, wouldLose } from './rebuild-errors.ts';
import type { ReadableVault } from './vault-objects.ts';

export interface BuildOptions {
  vault: ReadableVault;
  key: LedgerVerifier;
  target: RebuildTarget;
  old: OldRows;
  wishes: { kind: 'rebuild' | 'continue'; acceptLoss: boolean };
  progress: Progress;
}

export interface BuiltEvidence {
  ledger: FilledLedger;
  /** Of the newest checkpoint. */
  root: Uint8Array;
  /** With those that are not published. */
  leaves: number;
  leavesByType: Record<string, number>;
  chains: { sites: number; links: number };
  objects: number;
  timestamps: number;
  notes: Notes;
}

/** Fills the tables of a new schema, and proves that they are what the vault and its signatures say. */
export async function buildEvidence(options: BuildOptions): Promise<BuiltEvidence> {
  const { vault, key, target, old, wishes, progress } = options;
  const { pool } = target;
  const notes = emptyNotes();
  const staged = await StagedEvents.create(pool);
  const shared = { ...options, staged, notes };

  progress('read the ledger from the vault');
  const ledger = await fillLedger(shared);
  if (ledger.newest === null)
    throw notNow('The vault holds no checkpoint: nothing was ever signed, or it is not the vault of this system.');
  await pool.query('analyze');
  progress(`${ledger.size} leaves, ${ledger.checkpoints} checkpoints, ${ledger.tiles} full tiles: all as signed`);
  notes.lost.push(...(await compareCheckpoints(old, { pool, key, size: ledger.size })));
  const leaves = wishes.kind === 'continue' ? await moveLeaves(ledger.size, shared) : ledger.size;
  await staged.settle();

  progress('read the bundles from the vault');
  const bundles = await fillBundles(shared);
  const objects = await adoptObjects(shared);
  progress(`${bundles} sealed bundles, each as its leaf tells`);
  await fillFromLeaves(shared);
  if (wishes.kind === 'continue') await carryBundles(vault, shared);
  const timestamps = await fillTimestamps(vault, target);
  await carryCosignatures(shared);
  await fillInbox(shared);
  if (wishes.kind === 'continue') await copyRows(shared);
  await insertChainHeads(pool);

  progress('prove what was built');
  const { faults, ...chains } = await proveChains(pool);
  for (const { kind, site_id, position, detail } of faults)
    if (kind === 'gap') notes.lost.push({ kind: 'position', id: `${site_id}/${position}`, detail });
  notes.lost.push(...withoutTold(await findLosses(old), notes.lost));
  if (wishes.kind === 'rebuild') notes.lost.push(...(await findWorkInHand(old)));
  if (notes.lost.length > 0 && !wishes.acceptLoss) throw wouldLose(describe(notes.lost), { lost: notes.lost });
  await proveCounts(shared);
  await staged.drop();
  await proveLedger(pool, { size: ledger.size, root: ledger.newest.root }, leaves);
  const broken = faults.find(({ kind }) => kind !== 'gap');
  if (broken !== undefined)
    throw notProved(`The chain of ${broken.site_id} does not verify: ${broken.detail}.`, { faults });
  const { root } = ledger.newest;
  return { ledger, root, leaves, leavesByType: await countLeavesByType(pool), chains, objects, timestamps, notes };
}

/** Rows of every kind are as many as the leaves that tell of them. */
async function proveCounts({ target, staged, notes, wishes }: BuildOptions & { staged: StagedEvents; notes: Notes }) {
  const count = (table: string) => countRows(target.pool, target.schema, table);
  const forked = notes.lost.filter(({ kind }) => kind === 'forked-bundle').length;
  const sealed = await count('seals');
  const told = await staged.count('evidence.recorded.v1');
  if (sealed > told || sealed + forked < told)
    throw notProved(`${told} leaves tell of sealed bundles, and there are ${sealed}.`);
  const bundles = await count('bundles');
  const queued = await count('seal_queue');
  if (bundles !== sealed + queued)
    throw notProved(`${bundles} bundles are not ${sealed} sealed and ${queued} waiting.`);
  if (wishes.kind === 'continue') return; // the database may know of more than the leaves do
  const refusals = await count('refusals');
  const refused = await staged.count('evidence.refused.v1');
  if (refusals !== refused) throw notProved(`${refused} leaves tell of refusals, and there are ${refusals}.`);
}

/** A bundle that is named already, with the reason, is not named twice. */
const withoutTold = (losses: readonly Loss[], told: readonly Loss[]): Loss[] => {
  const ids = new Set(told.map(({ id }) => id));
  return losses.filter(({ id }) => !ids.has(id));
};

function describe(lost: readonly Loss[]): string {
  const shown = lost.slice(0, 20).map(({ kind, id, detail }) => `  ${kind} ${id}${detail && `: ${detail}`}`);
  const more = lost.length > shown.length ? [`  and ${lost.length - shown.length} more`] : [];
  return ['What the vault does not give back:', ...shown, ...more, ''].join('\n');
}

import type { Clock } from '@countersign/shared/kernel';
import { ScrubLedgerRepository } from '../../persistence/scrub-ledger.repository.ts';
import { ScrubRowsRepository } from '../../persistence/scrub-rows.repository.ts';
import { ScrubWitnessRepository } from '../../persistence/scrub-witness.repository.ts';
import type { ScrubbedDatabase } from '../../persistence/scrub.repository.ts';
import { createChangesPart } from './changes/changes-part.ts';
import { createChainsPart } from './chains/chains-part.ts';
import { createHeadsPart } from './chains/heads-part.ts';
import type { Fault } from './fault.ts';
import type { ScrubbedLog } from './ledger/judge-checkpoints.ts';
import { createLedgerPart } from './ledger/ledger-part.ts';
import { createSiteLeavesPart } from './ledger/site-leaves-part.ts';
import { createObjectsPart } from './objects/objects-part.ts';
import type { Cursor, Look, Part } from './part.ts';
import { createSealsPart } from './seals/seals-part.ts';
import { createCosignaturesPart } from './witnesses/cosignatures-part.ts';
import { createTimestampsPart } from './witnesses/timestamps-part.ts';
import type { VaultReads } from './vault-reads.ts';

export interface WalkOptions {
  on: ScrubbedDatabase;
  reads: VaultReads;
  log: ScrubbedLog;
  clock: Clock;
  /** When the round began, by the database's clock. */
  startedAt: Date;
  /** Null: everything. */
  site: string | null;
  graceMs: number;
}

/**
 * The parts of a round in their order. What an earlier part says of an item goes before what a later one would: the
 * ledger first, for it tells what the others have to find.
 */
export function partsOf({ on, reads, log, clock, startedAt, site, graceMs }: WalkOptions): Part[] {
  const ledger = new ScrubLedgerRepository(on);
  const rows = new ScrubRowsRepository(on);
  const witnesses = new ScrubWitnessRepository(on);
  const scope = { rows, reads, startedAt, site };
  return [
    site === null ? createLedgerPart({ ledger, reads, graceMs, log }) : createSiteLeavesPart(ledger, reads, site),
    createSealsPart(scope),
    createChainsPart(scope),
    createHeadsPart(scope),
    createChangesPart(scope),
    createCosignaturesPart({ ...scope, witnesses }),
    ...(site === null ? [createTimestampsPart({ witnesses, reads })] : []),
    createObjectsPart({ ledger, rows, reads, graceMs, clock, site, log }),
  ];
}

/** Takes a look, and where it finds something a second one after a pause: only what both find is a fault. */
export async function lookTwice(part: Part, cursor: Cursor | null, pause: () => Promise<void>): Promise<Look> {
  const look = await part.look(cursor);
  if (look.faults.length === 0) return look;
  await pause();
  const again = await part.look(cursor);
  const seen = new Set(look.faults.map(nameOf));
  return { faults: again.faults.filter((fault) => seen.has(nameOf(fault))), next: again.next };
}

const nameOf = ({ kind, item }: Fault): string => `${kind} ${item}`;

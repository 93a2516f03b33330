import type { ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import type { Fault } from '../fault.ts';
import { chainItem, type Gap } from './judge-links.ts';

/**
 * Positions that are missing from a chain. Those that the ledger tells of are rows that were taken away or changed since,
 * which is said of the rows, and so are bundles that were handed in and lost before they were sealed. The others are
 * gaps, each run of them one fault.
 */
export async function judgeGap(
  { siteId, from, to }: Gap,
  rows: Pick<ScrubRowsRepository, 'toldPositions' | 'lostBeforeSeal'>,
  startedAt: Date,
): Promise<Fault[]> {
  const told = [...(await rows.toldPositions(siteId, from, to))].toSorted((a, b) => a - b);
  const runs: { from: number; to: number }[] = [];
  let next = from;
  for (const position of [...told, to + 1]) {
    if (position > next) runs.push({ from: next, to: position - 1 });
    next = position + 1;
  }
  const unexplained = runs.reduce((sum, run) => sum + run.to - run.from + 1, 0);
  if (unexplained === 0 || unexplained <= (await rows.lostBeforeSeal(siteId, startedAt))) return [];
  return runs.map((run) => ({
    kind: 'chain-gap',
    item: chainItem(siteId, run.from),
    siteId,
    detail:
      run.from === run.to
        ? `The chain has no position ${run.from}.`
        : `The chain has no positions ${run.from} to ${run.to}.`,
    facts: { from: run.from, to: run.to },
  }));
}

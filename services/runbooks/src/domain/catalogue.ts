import { accept, refuse, type Result } from '@countersign/shared/kernel';
import type { CatalogueFault } from './catalogue-fault.ts';
import { findAmbiguities } from './find-ambiguities.ts';
import { indexRules, type RuleIndex } from './index-rules.ts';
import { rankRules } from './rank-rule.ts';
import type { Runbook } from './runbook.ts';

/** The published runbooks, by id, and the index of their rules. Nothing changes in it after it was made. */
export interface Catalogue {
  readonly runbooks: readonly Runbook[];
  readonly rules: RuleIndex;
}

/** Makes the catalogue, or says what the runbooks do to each other: the same id twice, rules that collide. */
export function compileCatalogue(runbooks: readonly Runbook[]): Result<Catalogue, CatalogueFault[]> {
  const sorted = runbooks.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const ranked = rankRules(sorted);
  const faults = [...findRepeatedIds(sorted), ...findAmbiguities(ranked)];
  if (faults.length > 0) {
    return refuse(faults);
  }
  return accept(Object.freeze({ runbooks: Object.freeze(sorted.map(freezeDeeply)), rules: indexRules(ranked) }));
}

export const findRunbook = (catalogue: Catalogue, id: string): Runbook | undefined =>
  catalogue.runbooks.find((runbook) => runbook.id === id);

function findRepeatedIds(sorted: readonly Runbook[]): CatalogueFault[] {
  return sorted.flatMap((runbook, place) =>
    sorted[place - 1]?.id === runbook.id
      ? [{ runbook_id: runbook.id, path: ['id'], message: `another file has the id ${runbook.id} as well` }]
      : [],
  );
}

/** The digest is signed into orders, so what it stands for must not drift in memory. */
function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freezeDeeply);
  }
  return value;
}

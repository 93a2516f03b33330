import type { CatalogueFault } from './catalogue-fault.ts';
import type { TextCondition } from './match-rule.ts';
import type { RankedRule } from './rank-rule.ts';
import { splitWords } from './split-words.ts';

/**
 * Two rules of different runbooks that one incident could satisfy, with the same specificity and priority: only the
 * alphabet would decide which remedy a clinic gets. Each rule is reported once, against the first that it collides with.
 */
export function findAmbiguities(ranked: readonly RankedRule[]): CatalogueFault[] {
  const faults: CatalogueFault[] = [];
  let peers: RankedRule[] = [];
  for (const later of ranked) {
    peers = isPeer(peers[0], later) ? peers : [];
    const earlier = peers.find((peer) => peer.runbook.id !== later.runbook.id && canBothMatch(peer, later));
    if (earlier !== undefined) {
      faults.push(describeAmbiguity(earlier, later));
    }
    peers.push(later);
  }
  return faults;
}

/** Rules of the same rank stand next to each other in the order of all rules. */
const isPeer = (first: RankedRule | undefined, rule: RankedRule): boolean =>
  first?.specificity === rule.specificity && first.rule.priority === rule.rule.priority;

function describeAmbiguity(earlier: RankedRule, later: RankedRule): CatalogueFault {
  const place = later.runbook.match.indexOf(later.rule);
  return {
    runbook_id: later.runbook.id,
    path: ['match', place],
    message:
      `rule "${later.rule.id}" and rule "${earlier.rule.id}" of ${earlier.runbook.id} can match the same incident with the ` +
      `same rank (priority ${later.rule.priority}): give one of them another priority or a narrower condition`,
  };
}

function canBothMatch(a: RankedRule, b: RankedRule): boolean {
  return (
    canBothHold(a.rule.incident_type, b.rule.incident_type) &&
    canBothHold(a.rule.check_type, b.rule.check_type) &&
    (a.rule.severity === undefined ||
      b.rule.severity === undefined ||
      a.rule.severity.some((severity) => b.rule.severity?.includes(severity)))
  );
}

/** Conditions on words can always hold together: a text may have the words of both. */
function canBothHold(a: TextCondition | undefined, b: TextCondition | undefined): boolean {
  if (a?.equals !== undefined) {
    return b === undefined || holds(b, a.equals);
  }
  return a === undefined || b?.equals === undefined || holds(a, b.equals);
}

function holds(condition: TextCondition, text: string): boolean {
  const words = splitWords(text);
  return (
    condition.equals === text ||
    (condition.all_words?.every((word) => words.includes(word)) ?? false) ||
    (condition.any_word?.some((word) => words.includes(word)) ?? false)
  );
}

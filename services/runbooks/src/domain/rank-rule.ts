import type { MatchRule, TextCondition } from './match-rule.ts';
import type { Runbook } from './runbook.ts';

/** A rule with its runbook and its place in the order of all rules; `order` 0 is asked first. */
export interface RankedRule {
  readonly runbook: Runbook;
  readonly rule: MatchRule;
  readonly specificity: number;
  readonly order: number;
}

/** A whole text says more than several words of it, these more than any one; a severity narrows a little. */
const weights = { equals: 8, all_words: 4, any_word: 2, severity: 1 } as const;

const weigh = (condition: TextCondition | undefined): number => {
  if (condition === undefined) {
    return 0;
  }
  return condition.equals !== undefined
    ? weights.equals
    : condition.all_words !== undefined
      ? weights.all_words
      : weights.any_word;
};

/** How much a rule demands: the sum over its conditions. */
export const measureSpecificity = (rule: MatchRule): number =>
  weigh(rule.incident_type) + weigh(rule.check_type) + (rule.severity === undefined ? 0 : weights.severity);

/**
 * All rules in one total order: most specific first, then higher priority, then runbook id, then place in the file. The
 * order in which files were read plays no part.
 */
export function rankRules(runbooks: readonly Runbook[]): RankedRule[] {
  return runbooks
    .flatMap((runbook) =>
      runbook.match.map((rule, place) => ({ runbook, rule, place, specificity: measureSpecificity(rule) })),
    )
    .toSorted(
      (a, b) =>
        b.specificity - a.specificity ||
        b.rule.priority - a.rule.priority ||
        (a.runbook.id < b.runbook.id ? -1 : a.runbook.id > b.runbook.id ? 1 : a.place - b.place),
    )
    .map(({ runbook, rule, specificity }, order) => ({ runbook, rule, specificity, order }));
}

import type { TextCondition } from './match-rule.ts';
import type { RankedRule } from './rank-rule.ts';

type RulesByText = ReadonlyMap<string, readonly RankedRule[]>;

/** The rules that a text can wake: by the whole text, or by one of its words; each list in the order of all rules. */
export interface FieldIndex {
  readonly byText: RulesByText;
  readonly byWord: RulesByText;
}

/**
 * Each rule under the one condition by which it is found: a thousand rules cost an incident no more than the few that
 * share a word with it.
 */
export interface RuleIndex {
  readonly incident_type: FieldIndex;
  readonly check_type: FieldIndex;
}

/** Builds the index of rules that are already in their order. */
export function indexRules(ranked: readonly RankedRule[]): RuleIndex {
  return {
    incident_type: indexField(ranked, (rule) => rule.rule.incident_type),
    check_type: indexField(ranked, (rule) =>
      rule.rule.incident_type === undefined ? rule.rule.check_type : undefined,
    ),
  };
}

function indexField(
  ranked: readonly RankedRule[],
  conditionOf: (rule: RankedRule) => TextCondition | undefined,
): FieldIndex {
  const byText = new Map<string, RankedRule[]>();
  const byWord = new Map<string, RankedRule[]>();
  for (const rule of ranked) {
    const condition = conditionOf(rule);
    if (condition?.equals !== undefined) {
      append(byText, condition.equals, rule);
    }
    // One of the words that must all be there is enough to find the rule; the others are checked then.
    for (const word of condition?.any_word ?? condition?.all_words?.slice(0, 1) ?? []) {
      append(byWord, word, rule);
    }
  }
  return { byText, byWord };
}

function append(lists: Map<string, RankedRule[]>, key: string, rule: RankedRule): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [rule]);
  } else if (list.at(-1) !== rule) {
    list.push(rule);
  }
}

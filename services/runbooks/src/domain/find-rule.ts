import type { IncidentReported } from '@countersign/shared/contracts';
import type { FieldIndex, RuleIndex } from './index-rules.ts';
import type { TextCondition } from './match-rule.ts';
import type { RankedRule } from './rank-rule.ts';
import { foldText, splitWords } from './split-words.ts';

/** What a decision looks at; nothing else of an incident can change it. */
export type DecidableIncident = Pick<IncidentReported, 'incident_type' | 'check_type' | 'severity' | 'details'>;

interface FoldedText {
  text: string;
  words: readonly string[];
}

const nothing: FoldedText = { text: '', words: [] };
const fold = (raw: string | null): FoldedText => {
  if (raw === null) {
    return nothing;
  }
  const text = foldText(raw);
  return { text, words: splitWords(text) };
};

/** The first rule, in the order of all rules, that the incident satisfies. */
export function findRule(index: RuleIndex, incident: DecidableIncident): RankedRule | undefined {
  const type = fold(incident.incident_type);
  const check = fold(incident.check_type);
  const holdsForIncident = (ranked: RankedRule): boolean =>
    holds(ranked.rule.incident_type, type) &&
    holds(ranked.rule.check_type, check) &&
    (ranked.rule.severity?.includes(incident.severity) ?? true);
  let best: RankedRule | undefined;
  for (const list of [...listsFor(index.incident_type, type), ...listsFor(index.check_type, check)]) {
    for (const ranked of list ?? []) {
      if (best !== undefined && ranked.order >= best.order) {
        break;
      }
      if (holdsForIncident(ranked)) {
        best = ranked;
        break;
      }
    }
  }
  return best;
}

const listsFor = (index: FieldIndex, folded: FoldedText): (readonly RankedRule[] | undefined)[] => [
  index.byText.get(folded.text),
  ...folded.words.map((word) => index.byWord.get(word)),
];

function holds(condition: TextCondition | undefined, folded: FoldedText): boolean {
  if (condition === undefined) {
    return true;
  }
  if (condition.equals !== undefined) {
    return condition.equals === folded.text;
  }
  return (
    condition.any_word?.some((word) => folded.words.includes(word)) ??
    condition.all_words?.every((word) => folded.words.includes(word)) ??
    false
  );
}

import type { DecidableIncident } from './find-rule.ts';
import type { TextCondition } from './match-rule.ts';
import type { RankedRule } from './rank-rule.ts';
import { foldText, splitWords } from './split-words.ts';

/** Quoted as JSON: a line break or a control character of a client cannot forge a line of the audit trail. */
const quote = (text: string): string => JSON.stringify(text);

/** Which rule of which file chose the runbook, by which part of the incident, and why the author wanted it so. */
export function explainMatch({ runbook, rule }: RankedRule, incident: DecidableIncident): string {
  const grounds = [
    ...explainText('incident_type', rule.incident_type, incident.incident_type),
    ...explainText('check_type', rule.check_type, incident.check_type ?? ''),
    ...(rule.severity === undefined ? [] : [`severity is ${incident.severity}`]),
  ];
  return `rule "${rule.id}" of ${runbook.id} ${runbook.version}: ${grounds.join(' and ')}. ${rule.why}`;
}

function explainText(field: string, condition: TextCondition | undefined, raw: string): string[] {
  if (condition === undefined) {
    return [];
  }
  if (condition.equals !== undefined) {
    return [`${field} is ${quote(condition.equals)}`];
  }
  const words = splitWords(foldText(raw));
  const found = condition.all_words ?? condition.any_word?.filter((word) => words.includes(word)) ?? [];
  return [`${field} ${quote(raw)} has ${found.map(quote).join(' and ')}`];
}

/** Why a person has to look: no rule knows the incident. */
export function explainNoMatch(runbooks: number, incident: DecidableIncident): string {
  const check = incident.check_type === null ? 'no check_type' : `check_type ${quote(incident.check_type)}`;
  return (
    `no rule of the ${runbooks} runbooks matches incident_type ${quote(incident.incident_type)}, ${check}, ` +
    `severity ${incident.severity}`
  );
}

import type { Catalogue } from './catalogue.ts';
import { explainMatch, explainNoMatch } from './explain-match.ts';
import { type DecidableIncident, findRule } from './find-rule.ts';
import { type Parameters, resolveParameters } from './resolve-parameters.ts';

/** A runbook that a rule chose (L1), or a person (L3). `reason` is for people and for the audit trail. */
export type Decision =
  | {
      tier: 'L1';
      runbook_id: string;
      runbook_version: string;
      runbook_digest: string;
      parameters: Parameters;
      reason: string;
    }
  | { tier: 'L3'; reason: string };

/**
 * Chooses the runbook for an incident. The same incident and the same files give the same decision, whatever the order
 * in which the files were read. Where the choice could do harm (an unknown incident, a value that does not fit, a
 * runbook that needs approval) a person decides.
 */
export function decide(incident: DecidableIncident, catalogue: Catalogue): Decision {
  const match = findRule(catalogue.rules, incident);
  if (match === undefined) {
    return { tier: 'L3', reason: explainNoMatch(catalogue.runbooks.length, incident) };
  }
  const { runbook } = match;
  const matched = explainMatch(match, incident);
  if (runbook.needs_approval) {
    return { tier: 'L3', reason: `${runbook.id} needs approval by a person; ${matched}` };
  }
  const parameters = resolveParameters(runbook, incident);
  if (!parameters.ok) {
    return { tier: 'L3', reason: `${runbook.id} cannot run unattended, ${parameters.refusal}; ${matched}` };
  }
  return {
    tier: 'L1',
    runbook_id: runbook.id,
    runbook_version: runbook.version,
    runbook_digest: runbook.digest,
    parameters: parameters.value,
    reason: matched,
  };
}

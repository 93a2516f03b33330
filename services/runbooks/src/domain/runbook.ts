import type { RunbookSummary } from '@countersign/shared/contracts';
import { z } from 'zod';
import { matchRule } from './match-rule.ts';
import { parameter } from './parameter.ts';
import { hipaaControl, localName, prose, runbookId, semanticVersion } from './runbook-names.ts';
import { severity } from './severity.ts';
import { rollbackAction, step } from './step.ts';

/**
 * A file of the catalogue. Unknown keys are refused at every level: a misspelt key is a rule that never fires.
 * `disruptive` says that people at the site may notice, and demands a rollback; `needs_approval` keeps the runbook from
 * being ordered by a rule alone.
 */
export const runbookFile = z.strictObject({
  id: runbookId,
  name: z.string().trim().min(1).max(100),
  description: prose,
  category: localName,
  severity,
  version: semanticVersion,
  hipaa_controls: z.array(hipaaControl).min(1).max(16),
  disruptive: z.boolean().default(false),
  needs_approval: z.boolean().default(false),
  match: z.array(matchRule).min(1).max(64),
  parameters: z.array(parameter).max(32).default([]),
  steps: z.array(step).min(1).max(64),
  rollback: z.array(rollbackAction).max(64).default([]),
  evidence_required: z.array(localName).min(1).max(64),
});

export type RunbookFile = z.output<typeof runbookFile>;

/** A published runbook. `digest` is the SHA-256 (hex) of the file's bytes and `source` the text of these bytes. */
export type Runbook = Readonly<RunbookFile & { digest: string; source: string }>;

/** The row of `GET /runbooks`. */
export function describeRunbook(runbook: Runbook): RunbookSummary {
  return {
    id: runbook.id,
    name: runbook.name,
    description: runbook.description,
    category: runbook.category,
    severity: runbook.severity,
    hipaa_controls: [...runbook.hipaa_controls],
    version: runbook.version,
    digest: runbook.digest,
  };
}

import { type Catalogue, compileCatalogue } from './catalogue.ts';
import type { MatchRule } from './match-rule.ts';
import { type Runbook, runbookFile } from './runbook.ts';

/** A rule as a file writes it: defaults may be left out. */
export type SampleRule = Partial<MatchRule> & Pick<MatchRule, 'id'>;

/** The smallest runbook that is right, for specs to put their one fault in. */
export function sampleRunbook(id: string, rules: SampleRule[], overrides: Record<string, unknown> = {}): Runbook {
  const content = {
    id,
    name: 'A sample',
    description: 'A sample.',
    category: 'sample',
    severity: 'low',
    version: '1.0.0',
    hipaa_controls: ['164.312(b)'],
    match: rules.map((rule) => ({ why: 'The spec says so.', ...rule })),
    steps: [
      {
        id: 'look',
        action: 'look',
        description: 'Look.',
        timeout: 5,
        command: 'true',
        success_condition: { exit_code: 0 },
        produces: ['view'],
      },
    ],
    evidence_required: ['view'],
    ...overrides,
  };
  return { ...runbookFile.parse(content), digest: 'd'.repeat(64), source: '' };
}

/** A catalogue of runbooks that go well together. */
export function sampleCatalogue(...runbooks: Runbook[]): Catalogue {
  const compiled = compileCatalogue(runbooks);
  if (!compiled.ok) {
    throw new Error(`the sample is wrong: ${JSON.stringify(compiled.refusal)}`);
  }
  return compiled.value;
}

import type { FaultPath, RunbookFault } from './catalogue-fault.ts';
import type { RunbookFile } from './runbook.ts';

/** A reference to a parameter inside a command; `any` also finds the ones that are written wrongly. */
const anyReference = /\{\{([^{}\n]*)\}\}|\{\{/g;

/**
 * What a schema cannot say: each name is declared once, each reference finds its target, each pattern compiles. A
 * runbook that names what does not exist fails at the appliance, at night, instead of here.
 */
export function findReferenceFaults(runbook: RunbookFile): RunbookFault[] {
  return [
    ...findRepeats(runbook.steps, ['steps'], (step) => step.id, 'step id'),
    ...findRepeats(runbook.match, ['match'], (rule) => rule.id, 'rule id'),
    ...findRepeats(runbook.parameters, ['parameters'], (parameter) => parameter.name, 'parameter', 'name'),
    ...findRepeats(runbook.hipaa_controls, ['hipaa_controls'], (control) => control, 'control', null),
    ...findEvidenceFaults(runbook),
    ...findRollbackFaults(runbook),
    ...findParameterFaults(runbook),
    ...findPatternFaults(runbook),
  ];
}

function findRepeats<Item>(
  items: readonly Item[],
  path: FaultPath,
  nameOf: (item: Item) => string,
  what: string,
  key: string | null = 'id',
): RunbookFault[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const name = nameOf(item);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      { path: key === null ? [...path, index] : [...path, index, key], message: `${what} "${name}" is used twice` },
    ];
  });
}

function findEvidenceFaults(runbook: RunbookFile): RunbookFault[] {
  const producers = new Map<string, string>();
  const faults: RunbookFault[] = [];
  for (const [index, step] of runbook.steps.entries()) {
    for (const [position, name] of (step.produces ?? []).entries()) {
      const other = producers.get(name);
      if (other !== undefined) {
        const message = `evidence "${name}" is already produced by step "${other}"`;
        faults.push({ path: ['steps', index, 'produces', position], message });
      }
      producers.set(name, step.id);
    }
  }
  faults.push(...findRepeats(runbook.evidence_required, ['evidence_required'], (name) => name, 'evidence', null));
  for (const [index, name] of runbook.evidence_required.entries()) {
    if (!producers.has(name)) {
      faults.push({ path: ['evidence_required', index], message: `no step produces the evidence "${name}"` });
    }
  }
  return faults;
}

function findRollbackFaults(runbook: RunbookFile): RunbookFault[] {
  const steps = new Set(runbook.steps.map((step) => step.id));
  const faults = runbook.rollback.flatMap((action, index) =>
    steps.has(action.undoes)
      ? []
      : [{ path: ['rollback', index, 'undoes'], message: `there is no step "${action.undoes}" to undo` }],
  );
  if (runbook.disruptive && runbook.rollback.length === 0) {
    faults.push({ path: ['disruptive'], message: 'a disruptive runbook needs a rollback' });
  }
  return faults;
}

function findParameterFaults(runbook: RunbookFile): RunbookFault[] {
  const declared = new Set(runbook.parameters.map((parameter) => parameter.name));
  const used = new Set<string>();
  const faults: RunbookFault[] = [];
  for (const { path, command } of listCommands(runbook)) {
    for (const [text, name] of command.matchAll(anyReference)) {
      if (name === undefined || !declared.has(name)) {
        faults.push({ path, message: `"${text}" names no declared parameter` });
      } else {
        used.add(name);
      }
    }
  }
  for (const [index, parameter] of runbook.parameters.entries()) {
    if (!used.has(parameter.name)) {
      faults.push({
        path: ['parameters', index, 'name'],
        message: `no command uses the parameter "${parameter.name}"`,
      });
    }
  }
  return faults;
}

function listCommands(runbook: RunbookFile): { path: FaultPath; command: string }[] {
  return [
    ...runbook.steps.flatMap((step, index) => [
      { path: ['steps', index, 'command'], command: step.command },
      ...(step.verify_completion === undefined
        ? []
        : [{ path: ['steps', index, 'verify_completion', 'command'], command: step.verify_completion.command }]),
    ]),
    ...runbook.rollback.map((action, index) => ({ path: ['rollback', index, 'command'], command: action.command })),
  ];
}

function findPatternFaults(runbook: RunbookFile): RunbookFault[] {
  const patterns = runbook.steps.flatMap((step, index) => [
    { path: ['steps', index, 'success_pattern'], pattern: step.success_pattern },
    { path: ['steps', index, 'failure_pattern'], pattern: step.failure_pattern },
    {
      path: ['steps', index, 'verify_completion', 'success_pattern'],
      pattern: step.verify_completion?.success_pattern,
    },
  ]);
  return patterns.flatMap(({ path, pattern }) => {
    const message = pattern === undefined ? null : whyNotCompiled(pattern);
    return message === null ? [] : [{ path, message }];
  });
}

/** The `u` flag refuses what older engines guessed at, so that a pattern means the same in every appliance. */
function whyNotCompiled(pattern: string): string | null {
  try {
    new RegExp(pattern, 'mu');
    return null;
  } catch (error) {
    return `the pattern does not compile: ${(error as Error).message}`;
  }
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import type { Violation } from './violation.ts';

const CONFIG = '.dependency-cruiser.cjs';
const FOLDERS = ['libs', 'services', 'appliance', 'tools', 'e2e'];

/** Imports of the tree in the current folder that the table in .dependency-cruiser.cjs forbids. */
export async function findImportViolations(): Promise<Violation[]> {
  const options: ICruiseOptions = await extractOptions(resolve(CONFIG));
  const reasons = new Map(importRules().map((rule) => [rule.name, rule.comment]));
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(folder)),
    options,
  );
  return asResult(output).summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    file: from,
    reaches: cycle ? cycle.map((step) => step.name).join(' -> ') : to,
    why: reasons.get(rule.name) ?? '',
  }));
}

/** Every rule of .dependency-cruiser.cjs with its reason. */
export function importRules(): { name: string; comment: string }[] {
  const config: { forbidden: { name: string; comment: string }[] } = createRequire(import.meta.url)(resolve(CONFIG));
  return config.forbidden;
}

function asResult(output: ICruiseResult | string): ICruiseResult {
  if (typeof output === 'string') throw new Error('dependency-cruiser printed a report where a result was expected');
  return output;
}

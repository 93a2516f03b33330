// Usage: node tools/boundaries/check.ts [--json]. Checks the tree in the current folder; exit code 1 when a rule is broken.
import { findImportViolations, importRules } from './find-import-violations.ts';
import { findNameViolations, nameRules } from './find-name-violations.ts';
import { findWorkspaceViolations, workspaceRules } from './find-workspace-violations.ts';

const violations = [...(await findImportViolations()), ...findWorkspaceViolations(), ...findNameViolations()];

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(violations)}\n`);
} else {
  const broken = [...new Set(violations.map(({ rule }) => rule))];
  for (const name of broken) {
    const ofThisRule = violations.filter(({ rule }) => rule === name);
    console.log(`\n${name}: ${ofThisRule[0]?.why ?? ''}`);
    for (const { file, reaches } of ofThisRule) console.log(`  ${file}  ->  ${reaches}`);
  }
  const rules = importRules().length + Object.keys(workspaceRules).length + Object.keys(nameRules).length;
  console.log(
    violations.length === 0
      ? `boundaries: all ${rules} rules hold`
      : `\nboundaries: ${violations.length} violations of ${broken.length} rules`,
  );
}
process.exitCode = violations.length === 0 ? 0 : 1;

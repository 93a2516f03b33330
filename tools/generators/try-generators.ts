// Usage: node tools/generators/try-generators.ts. Runs the recipes "add an event" and "add a service" in a copy of the
// tree and demands that it compiles, keeps the boundaries, passes lint and format, and that the new service's tests pass.
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree } from '../copy-tree.ts';

const WRITTEN = ['services/billing', 'libs/shared/src/contracts'];
const copy = copyTree('.');

function run(what: string, program: string, ...args: string[]): void {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${what}: exit code ${status}\n${stdout}${stderr}`);
  console.log(`${what.padEnd(28)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const tool = (name: string): string => join('node_modules/.bin', name);
const generate = (file: string, name: string): void =>
  run(`${file} ${name}`, '--conditions=@countersign/source', `tools/generators/${file}.ts`, name);

try {
  generate('new-event', 'orders.tried-out');
  generate('new-service', 'billing');
  symlinkSync('../../services/billing', join(copy, 'node_modules/@countersign/billing')); // what `npm install` does
  generate('new-event', 'billing.paid');
  run('compile', tool('tsc'), '-b');
  run('compile tests and tools', tool('tsc'), '-p', 'tsconfig.checks.json');
  run('boundaries', 'tools/boundaries/check.ts');
  run('lint', tool('oxlint'), ...'--disable-nested-config --type-aware --deny-warnings'.split(' '), ...WRITTEN);
  run('format', tool('oxfmt'), '--check', ...WRITTEN, 'tools/stack/services', 'tsconfig.json');
  run('documents', '--conditions=@countersign/source', 'tools/docs/generate.ts');
  // Those that know the lists of services and events.
  run(
    'tests',
    tool('vitest'),
    'run',
    '--project',
    'unit',
    ...WRITTEN,
    'services/evidence',
    'tools/stack',
    'tools/docs',
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

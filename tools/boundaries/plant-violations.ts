// Usage: node tools/boundaries/plant-violations.ts. Breaks every rule once, in a copy of the tree, and demands that this
// very rule reports it. A rule that nobody has seen fail may be one that allows everything.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { copyTree } from '../copy-tree.ts';
import { importRules } from './find-import-violations.ts';
import { nameRules } from './find-name-violations.ts';
import { workspaceRules } from './find-workspace-violations.ts';
import { importPlants } from './plants/import-plants.ts';
import { lintPlants } from './plants/lint-plants.ts';
import type { Plant } from './plants/plant.ts';
import { workspacePlants } from './plants/workspace-plants.ts';
import type { Violation } from './violation.ts';

type Report = Pick<Violation, 'rule' | 'file'>;

function write(copy: string, plant: Plant): void {
  for (const [file, text] of Object.entries(plant.with ?? {})) {
    if (existsSync(join(copy, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  if (plant.text === undefined) return;
  const path = join(copy, plant.file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof plant.text === 'string' ? plant.text : plant.text(readFileSync(path, 'utf8')));
}

function run(copy: string, program: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 1)
    throw new Error(
      `${args.join(' ')} ended with ${status}, not 1, although violations are planted\n${stdout}\n${stderr}`,
    );
  return stdout;
}

function checkBoundaries(copy: string): Report[] {
  return JSON.parse(run(copy, process.execPath, ['tools/boundaries/check.ts', '--json'])) as Violation[];
}

/** Runs the command of `npm run lint` itself, so that a flag lost there is noticed as well. */
function lint(copy: string): Report[] {
  const { scripts } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as { scripts: { lint: string } };
  const [program = '', ...args] = scripts.lint.split(' ');
  const out = run(copy, process.execPath, [join('node_modules/.bin', program), ...args, '--format=json']);
  const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics.map(({ code, filename }) => ({ rule: code, file: relative('.', filename) }));
}

const copy = copyTree('.');
try {
  const boundaryPlants = [...importPlants, ...workspacePlants];
  for (const plant of [...boundaryPlants, ...lintPlants]) write(copy, plant);

  const reports = [...checkBoundaries(copy), ...lint(copy)];
  const missed = [...boundaryPlants, ...lintPlants].filter((plant) => {
    const caught = reports.some(({ rule, file }) => rule === plant.rule && file === plant.file);
    console.log(`${caught ? 'caught' : 'MISSED'}  ${plant.rule.padEnd(34)}  ${plant.file}`);
    return !caught;
  });

  const planted = new Set(boundaryPlants.map(({ rule }) => rule));
  const rules = [...importRules().map(({ name }) => name), ...Object.keys(workspaceRules), ...Object.keys(nameRules)];
  const unplanted = rules.filter((rule) => !planted.has(rule));
  for (const rule of unplanted) console.log(`NO PLANT  ${rule}`);

  console.log(
    `boundaries:plant: ${reports.length} reports, ${missed.length} plants missed, ${unplanted.length} rules without a plant`,
  );
  process.exitCode = missed.length + unplanted.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/**
 * Makes dist/verify.bundle.js: the whole verifier of the auditor's kit in one script, which goes into every kit as
 * verify.mjs and, inlined, as verify.html. It depends on the sources alone, and is readable, for auditors read it.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const shared = join(here, '../../libs/shared/src');
const target = join(here, 'dist/verify.bundle.js');
/** Folders whose files can get into the bundle. */
const inputs = [
  join(here, 'src/verifier'),
  join(here, 'src/domain'),
  ...['kernel', 'crypto', 'ledger'].map((room) => join(shared, room)),
];

/** Verifying needs no randomness: where tweetnacl finds no other source of it, it would ask Node for one. */
const withoutRandomness = {
  name: 'without-randomness',
  resolveId: (id: string) => (id === 'crypto' ? '\0no-randomness' : undefined),
  load: (id: string) => (id === '\0no-randomness' ? 'module.exports = {};' : undefined),
};

/** The text of the bundle. Throws when something in it is not portable. */
export async function bundleVerifier(): Promise<string> {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    // Names of sources in comments are relative to it: wherever the build is run, the bundle is the same.
    cwd: join(here, '../..'),
    input: join(here, 'src/verifier/main.ts'),
    platform: 'neutral',
    tsconfig: false,
    external: /^node:/,
    // tweetnacl looks for a source of chance when it is loaded; Node 20 has the browser's.
    transform: { target: 'es2022', define: { self: 'globalThis' } },
    resolve: {
      conditionNames: ['@countersign/source', 'default'],
      mainFields: ['module', 'main'],
      // The half of the room that every JavaScript engine runs: what stands on node:crypto does not resolve.
      alias: { '@countersign/shared/crypto': join(shared, 'crypto/portable.ts') },
    },
    plugins: [withoutRandomness],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'iife', minify: false, comments: { legal: false } });
  await build.close();
  const [{ code }] = output;
  if (output.length !== 1 || /<\/script|<!--/i.test(code))
    throw new Error('The verifier is not one script that a page can hold.');
  return code;
}

/** Writes the bundle when a source is newer than it. */
export async function writeVerifier(): Promise<void> {
  const sources = [fileURLToPath(import.meta.url), ...inputs.flatMap(listFiles)];
  if (sources.every((path) => statSync(path).mtimeMs <= mtimeOf(target))) return;
  const code = await bundleVerifier();
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function mtimeOf(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return -Infinity;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await writeVerifier();

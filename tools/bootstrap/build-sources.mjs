import { childEnd, spawnBound } from './bound-child.mjs';
import { paths } from './paths.mjs';

/** Compiles what changed: a second when everything did, a tenth when nothing. */
export async function buildSources(progress) {
  await progress.short('build', 'the services are compiled', async () => {
    await run([paths.tsc, '-b', paths.clone], 'the sources do not compile');
    await run([paths.bundleVerifier], "the verifier of the auditor's kit cannot be bundled");
  });
}

async function run(args, complaint) {
  const child = spawnBound(paths.node, args, { cwd: paths.clone, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.pipe(process.stderr); // tsc complains on stdout, which belongs to the program that follows
  if ((await childEnd(child)) !== 0) throw new Error(complaint);
}

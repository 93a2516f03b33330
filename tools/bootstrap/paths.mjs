import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const clone = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const modules = join(clone, 'node_modules');

export const paths = {
  clone,
  modules,
  /** Node 24, whatever the machine has. */
  node: join(modules, '.bin', 'node'),
  tsc: join(modules, '.bin', 'tsc'),
  vitest: join(modules, '.bin', 'vitest'),
  /** Makes the one script that goes into every auditor's kit. */
  bundleVerifier: join(clone, 'services/evidence/bundle-verifier.ts'),
  /** What is made at run time; ignored by git. */
  work: join(clone, '.countersign'),
};

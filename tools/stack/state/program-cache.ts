import { join } from 'node:path';
import { cloneFolder } from './clone-folder.ts';
import { sharedHome } from './shared-home.ts';

/** Where programs that we fetched are kept from one start to the next. */
export function programCache(): string {
  return process.getuid?.() === 0 ? sharedHome : join(cloneFolder, '.countersign', 'programs');
}

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cloneFolder } from './clone-folder.ts';
import { sharedHome } from './shared-home.ts';

export interface StateWhereabouts {
  clone: string;
  isRoot: boolean;
  /** COUNTERSIGN_STATE_DIR */
  override?: string | undefined;
}

/**
 * Where the data of `npm start` lies: in the clone; for root outside of it, because PostgreSQL runs as a system user
 * who cannot reach a clone below /root. The name then comes from the clone's path, so that two clones have two folders.
 */
export function stateFolderFor({ clone, isRoot, override }: StateWhereabouts): string {
  if (override) return resolve(clone, override);
  if (!isRoot) return join(clone, '.countersign');
  return join(sharedHome, createHash('sha256').update(clone).digest('hex').slice(0, 8));
}

/** The state folder of this clone's `npm start`. */
export function ownStateFolder(): string {
  return stateFolderFor({
    clone: cloneFolder,
    isRoot: process.getuid?.() === 0,
    override: process.env['COUNTERSIGN_STATE_DIR'],
  });
}

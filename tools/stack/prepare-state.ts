import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { firstClosedPart } from './state/first-closed-part.ts';
import { makeFolder } from './state/make-folder.ts';
import { systemUser } from './state/system-user.ts';
import { makeTemporaryState } from './state/temporary-state.ts';

export interface PreparedState {
  folder: string;
  /** JSON lines of the services. */
  logFile: string;
  logFileOf: (engine: 'postgres' | 'nats') => string;
  vaultDir: string;
  /** Removes it if it is temporary. */
  dispose: () => void;
}

const rotateAbove = 64 << 20;

/** Makes the folders of a stack. 711: the system user must get through to its own folders, but may list nothing. */
export function prepareState(stateDir: string | undefined): PreparedState {
  const { folder, remove } =
    stateDir === undefined ? makeTemporaryState() : { folder: makeFolder(stateDir, 0o711), remove: () => {} };
  refuseClosedFolder(folder);
  const logs = makeFolder(join(folder, 'logs'), 0o700);
  const logFile = join(logs, 'countersign.log');
  for (const file of [logFile, join(logs, 'postgres.log'), join(logs, 'nats.log')]) rotate(file);
  return {
    folder,
    logFile,
    logFileOf: (engine) => join(logs, `${engine}.log`),
    vaultDir: makeFolder(join(folder, 'vault'), 0o700),
    dispose: remove,
  };
}

/** PostgreSQL and NATS would say it too, but in words that nobody understands. */
function refuseClosedFolder(folder: string): void {
  const user = systemUser();
  const closed = user && firstClosedPart(folder);
  if (closed)
    throw new Error(
      `${user.name}, who runs PostgreSQL for root, may not enter ${closed}: set COUNTERSIGN_STATE_DIR to another folder`,
    );
}

/** One earlier file is kept; looked at once per start. */
function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateAbove) renameSync(file, `${file}.1`);
}

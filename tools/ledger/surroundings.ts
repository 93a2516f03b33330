import { join } from 'node:path';
import { LockedError, openStoppedStack, ownStateFolder, pickUserSettings, readStackFile } from '../stack/index.ts';

export const commands = ['check', 'rebuild', 'continue'] as const;

/** What the command runs in. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  close: () => Promise<void>;
}

const asItIs = (environment: NodeJS.ProcessEnv): Surroundings => ({ environment, close: async () => {} });

/**
 * With DATABASE_URL or no command, the environment as it is. Else this clone's `npm start`: stopped, its PostgreSQL is started for the
 * command and its settings are given; running, only `check` may look. Throws an Error that says what to do.
 */
export async function openSurroundings(
  command: (typeof commands)[number] | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Surroundings> {
  if (command === undefined || environment['DATABASE_URL'] || environment['DATABASE_URL_FILE'])
    return asItIs(environment);
  const settings = pickUserSettings(environment);
  try {
    const stack = await openStoppedStack({ stateDir: ownStateFolder(), env: settings });
    const admin = stack.adminDatabaseUrl;
    const found = { ...stack.settingsOf('evidence'), ...(admin !== undefined && { ADMIN_DATABASE_URL: admin }) };
    return { environment: found, close: stack.close };
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    if (command === 'check') return asItIs({ ...environment, ...ofRunningStack() });
    const { pid } = error.holder;
    throw new Error(
      `The system runs (process ${pid}): stop it with Ctrl-C there first. \`npm run ledger -- check\` may run beside it.`,
      { cause: error },
    );
  }
}

function ofRunningStack(): NodeJS.ProcessEnv {
  const info = readStackFile();
  if (info === undefined) throw new Error('The system is being started or stopped just now: try again in a moment.');
  return {
    DATABASE_URL: info.database_urls.evidence,
    LEDGER_SIGNING_KEY_FILE: join(info.state_dir, 'secrets', 'ledger-signing-key'),
    ...(info.vault_dir !== null && { VAULT_DIR: info.vault_dir }),
  };
}

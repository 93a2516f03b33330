import 'reflect-metadata';
import { z } from 'zod';
import { commonSettings, loadConfig } from '@countersign/shared/config';
import { createDataSource, createPool } from '@countersign/shared/persistence';
import { type KeysCommand, keysUsage } from './domain/keys-command.ts';
import { createManageEnrolmentTokens } from './features/manage-enrolment-tokens/manage-enrolment-tokens.handler.ts';
import { createManageKeys } from './features/manage-keys/manage-keys.handler.ts';
import { createManagePrincipals } from './features/manage-keys/manage-principals.handler.ts';
import { readKeysCommand } from './features/manage-keys/read-keys-command.ts';
import { runKeysCommand } from './features/manage-keys/run-command.ts';
import { tokenMakerOf } from './features/manage-keys/sign-token.ts';
import { tokenSettings } from './gateway.config.ts';
import { ApiKeyEntity } from './persistence/api-key.entity.ts';
import { EnrolmentTokenRepository } from './persistence/enrolment-token.repository.ts';
import { KeyRepository } from './persistence/key.repository.ts';
import { KnownPrincipalRepository } from './persistence/known-principal.repository.ts';
import { PrincipalEntity } from './persistence/principal.entity.ts';
import { TokenSubjectEntity } from './persistence/token-subject.entity.ts';

const { JWT_SECRET, JWT_AUDIENCE, JWT_ISSUER } = tokenSettings;
const { DATABASE_URL } = commonSettings;

async function run(command: KeysCommand): Promise<string> {
  const settings = loadConfig(z.object({ DATABASE_URL, JWT_SECRET, JWT_AUDIENCE, JWT_ISSUER }));
  const source = createDataSource({
    databaseUrl: settings.DATABASE_URL,
    schema: 'gateway',
    applicationName: 'countersign-keys',
    entities: [PrincipalEntity, ApiKeyEntity, TokenSubjectEntity],
  });
  const pool = createPool({ databaseUrl: settings.DATABASE_URL, applicationName: 'countersign-keys', max: 1 });
  try {
    await source.initialize();
    const maker = tokenMakerOf(settings);
    return await runKeysCommand(command, {
      keys: createManageKeys(new KeyRepository(source)),
      principals: createManagePrincipals(new KnownPrincipalRepository(source), maker),
      // Nobody publishes here: the relay of a gateway does.
      enrolmentTokens: createManageEnrolmentTokens(new EnrolmentTokenRepository(pool, null), () => {}),
    });
  } finally {
    await pool.end();
    if (source.isInitialized) await source.destroy();
  }
}

try {
  const command = readKeysCommand(process.argv.slice(2));
  process.stdout.write(`${command === undefined ? keysUsage : await run(command)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}\n`);
  process.exitCode = 1;
}

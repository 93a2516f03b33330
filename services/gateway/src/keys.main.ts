import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig } from '@countersign/shared/config';
import { commonSettings } from '@countersign/shared/config';
import { identifier, principalKind, principalKinds, uuid } from '@countersign/shared/contracts';
import { createDataSource } from '@countersign/shared/persistence';
import { createManageKeys, type ListedKey, type ManageKeys } from './features/manage-keys/manage-keys.handler.ts';
import { ApiKeyEntity } from './persistence/api-key.entity.ts';
import { KeyRepository } from './persistence/key.repository.ts';
import { PrincipalEntity } from './persistence/principal.entity.ts';

const usage = `Usage: npm run keys -- <command> [--json]

  create --kind ${principalKinds.join('|')} [--site SITE] [--name TEXT]
  list
  revoke ID

A key is shown once. An appliance key needs --site and acts for that site only.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    kind: { type: 'string' },
    site: { type: 'string' },
    name: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const show = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(keys: ManageKeys): Promise<void> {
  const [command, argument] = positionals;
  if (command === 'create') {
    const wanted = z
      .object({ kind: principalKind, siteId: identifier.optional(), name: z.string().min(1).max(200).optional() })
      .parse({ kind: values.kind, siteId: values.site, name: values.name });
    const created = await keys.create(wanted);
    if (values.json) return show(JSON.stringify(created));
    return show(`${created.name}\n  id   ${created.id}\n  key  ${created.key}\nKeep the key: it is not shown again.`);
  }
  if (command === 'list') {
    const list = await keys.list();
    return show(values.json ? JSON.stringify(list) : tableOf(list));
  }
  if (command === 'revoke') {
    const id = uuid.parse(argument);
    await keys.revoke(id);
    return show(values.json ? JSON.stringify({ id, revoked: true }) : `revoked ${id}`);
  }
  throw new Error(usage);
}

function tableOf(keys: ListedKey[]): string {
  const rows = keys.map((key) => [
    key.id,
    key.kind,
    key.site_id ?? '-',
    key.revoked_at ? 'revoked' : 'active',
    key.name,
  ]);
  const table = [['id', 'kind', 'site', 'state', 'name'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

if (values.help || positionals.length === 0) {
  show(usage);
} else {
  const { DATABASE_URL } = loadConfig(z.object({ DATABASE_URL: commonSettings.DATABASE_URL }));
  const source = createDataSource({
    databaseUrl: DATABASE_URL,
    schema: 'gateway',
    applicationName: 'countersign-keys',
    entities: [PrincipalEntity, ApiKeyEntity],
  });
  try {
    await source.initialize();
    await run(createManageKeys(new KeyRepository(source)));
  } catch (error) {
    process.stderr.write(`${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

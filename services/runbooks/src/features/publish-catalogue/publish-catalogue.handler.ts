import { AppError } from '@countersign/shared/kernel';
import type { DataSource } from '@countersign/shared/persistence';
import type { Catalogue } from '../../domain/index.ts';
import { publishRunbooks } from '../../persistence/publish-runbooks.ts';

/**
 * Keeps the text of every runbook before it can be ordered. A file that changed without a new version stops the start:
 * the version of an order of yesterday must not mean another text today.
 */
export async function publishCatalogue(source: DataSource, catalogue: Catalogue): Promise<void> {
  const changed = await publishRunbooks(source, catalogue.runbooks);
  if (changed.length === 0) return;
  const list = changed.map(({ id, version }) => `${id} ${version}`).join(', ');
  throw new AppError(
    'RUNBOOKS.VERSION_REUSED',
    'conflict',
    `Changed without a new version: ${list}. Raise \`version\` in the file.`,
  );
}

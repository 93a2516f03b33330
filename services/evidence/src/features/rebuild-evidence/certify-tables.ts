import type { CertifiedTable, RebuildCertificate } from '../../domain/rebuild/certificate.ts';
import { rebuiltTables, technicalTables } from '../../persistence/rebuild/rebuilt-tables.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import { countDifferences, countRows, digestTable } from '../../persistence/rebuild/table-digests.ts';
import { tablesOf } from '../../persistence/rebuild/schemas.ts';
import { notProved } from './rebuild-errors.ts';

/** What the tables held before and hold now. */
export async function certifyTables(target: RebuildTarget): Promise<Pick<RebuildCertificate, 'tables' | 'notRebuilt'>> {
  const { pool, schema, old, oldTables } = target;
  const tables: CertifiedTable[] = [];
  for (const table of rebuiltTables) {
    const { name, ownClock } = table;
    const before = old === null ? undefined : await digestTable(pool, old, table);
    const after = await digestTable(pool, schema, table);
    if (after === undefined) throw notProved(`The table ${name} is missing.`);
    const differs = before !== undefined && before.sha256 !== after.sha256;
    const counted = differs && old !== null ? await countDifferences(pool, table, old, schema) : undefined;
    const differences = counted ? { onlyBefore: counted.onlyInOne, onlyAfter: counted.onlyInOther } : null;
    tables.push({ name, before: before ?? null, after, notCompared: ownClock, differences });
  }
  const known = new Set([...technicalTables, ...rebuiltTables.map(({ name }) => name)]);
  const others = (await tablesOf(pool, schema)).filter((name) => !known.has(name));
  const notRebuilt = [];
  for (const table of others) {
    const before = old !== null && oldTables.includes(table) ? await countRows(pool, old, table) : null;
    notRebuilt.push({ table, before, after: await countRows(pool, schema, table) });
  }
  return { tables, notRebuilt };
}

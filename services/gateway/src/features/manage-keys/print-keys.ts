import type { ListedKey } from './manage-keys.handler.ts';

function stateOf({ revoked_at, disabled_at, expires_at }: ListedKey, now: number): string {
  if (disabled_at !== null) return 'disabled';
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= now ? 'expired' : 'active';
}

/** All keys as a table, for people. */
export function printKeys(keys: readonly ListedKey[], now: number = Date.now()): string {
  const rows = keys.map((key) => [
    key.id,
    key.principal_id,
    key.kind,
    key.site_id ?? '-',
    stateOf(key, now),
    key.expires_at ?? '-',
    key.name,
  ]);
  const table = [['id', 'principal', 'kind', 'site', 'state', 'until', 'name'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return table.map((row) => line(row).trimEnd()).join('\n');
}

import { execFile } from 'node:child_process';
import { chmod, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from '../harness/api-keys.ts';
import { type Box, enrolBox, newSiteId } from '../harness/box.ts';
import { openDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';
import { walkIncident } from '../harness/walk-incident.ts';

const system = inject('system');
const { databaseUrl, stateDir } = inject('inside');
const program = fileURLToPath(new URL('../../services/evidence/dist/scrub.main.js', import.meta.url));

const database = openDatabase(databaseUrl);
afterAll(() => database.close());

interface Outcome {
  code: number;
  findings: { kind: string; item: string; siteId: string | null }[];
  resolved: { kind: string; item: string }[];
  objects: number;
}

/** `npm run scrub -- --site SITE --json` with the settings of the system under test, which goes on. */
function scrub({ siteId }: Box): Promise<Outcome> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: `${databaseUrl}?options=${encodeURIComponent('-c search_path=evidence')}`,
    VAULT_DIR: join(stateDir, 'vault'),
    LEDGER_SIGNING_KEY_FILE: join(stateDir, 'secrets', 'ledger-signing-key'),
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, '--site', siteId, '--json'], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      if (code > 1) return reject(new Error(stderr));
      resolve({ code, ...(JSON.parse(stdout) as Omit<Outcome, 'code'>) });
    });
  });
}

/** A bit changes on the disk, and nothing else of the file does. */
async function flipBit(path: string): Promise<void> {
  const { mtime, mode } = await stat(path);
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await chmod(path, 0o644);
  await writeFile(path, bytes);
  await chmod(path, mode);
  await utimes(path, mtime, mtime);
}

describe('a bit that flips in the vault of a running system', () => {
  it('is found and named by the scrubber, is in the ledger and in the figures, and is gone when it is mended', async () => {
    const siteId = newSiteId();
    const box = await enrolBox(system, { siteId, key: (await createSiteKey(system, siteId)).key });
    const { evidence } = await walkIncident(box);
    expect(await scrub(box)).toMatchObject({ code: 0, findings: [], objects: 1 });

    const [, key] = /^vault:\/\/(.+)\?versionId=/.exec(evidence.s3_uri)!;
    const path = join(stateDir, 'vault', key!);
    const item = evidence.s3_uri.slice('vault://'.length);
    const openFaults = async () => (await box.send('/stats')).body.integrity.open_faults as number;
    await flipBit(path);
    try {
      expect(await scrub(box)).toMatchObject({
        code: 1,
        findings: [{ kind: 'object-changed', item, siteId: box.siteId }],
      });
      expect(await openFaults()).toBe(1);
    } finally {
      await flipBit(path);
    }
    expect(await scrub(box)).toMatchObject({ code: 0, findings: [], resolved: [{ kind: 'object-changed', item }] });
    expect(await openFaults()).toBe(0);
    const sql = `select leaf::jsonb -> 'data' ->> 'item' as item from evidence.ledger_leaves
      where site_id = $1 and type = 'evidence.integrity-fault.v1'`;
    await until('the fault is a leaf of the ledger', async () => (await database.rows(sql, [siteId])).length > 0);
    expect(await database.rows(sql, [siteId])).toEqual([{ item }]);
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { requestCatalog } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { createDataSource, createPool, type DataSource, type Pool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import type { Catalogue } from '../src/domain/index.ts';
import { loadCatalogue } from '../src/features/load-catalogue/index.ts';
import { change, makeScratchCatalogue } from '../src/features/load-catalogue/scratch-catalogue.ts';
import { publishCatalogue } from '../src/features/publish-catalogue/publish-catalogue.handler.ts';
import { createReadTexts, type ReadTexts } from '../src/features/read-texts/read-texts.handler.ts';
import { PublishedRunbookEntity } from '../src/persistence/published-runbook.entity.ts';
import { readRunbookTexts } from '../src/persistence/read-runbook-texts.ts';

const folder = fileURLToPath(new URL('../catalogue', import.meta.url));

let database: TestDatabase;
let source: DataSource;
let admin: Pool;
let catalogue: Catalogue;
let readTexts: ReadTexts;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'runbooks');
  admin = createPool({ databaseUrl: database.adminUrl, applicationName: 'runbooks-spec', max: 1 });
  source = createDataSource({
    databaseUrl: database.databaseUrl,
    schema: 'runbooks',
    applicationName: 'runbooks-spec',
    entities: [PublishedRunbookEntity],
  });
  await source.initialize();
  catalogue = await loadCatalogue(folder);
  await publishCatalogue(source, catalogue);
  readTexts = createReadTexts((digests) => readRunbookTexts(source, digests));
});

afterAll(async () => {
  await Promise.all([source?.destroy(), admin?.end()]);
  await database?.drop();
});

async function read(...digests: string[]) {
  const [answer] = await readTexts([{ digests }]);
  return requestCatalog['rpc.runbooks.read-texts.v1'].response.parse(answer).runbooks;
}

describe('the texts of published runbooks', () => {
  it('are the very bytes of the files, by the digest that orders are signed with', async () => {
    const files = await Promise.all(
      (await readdir(folder)).filter((name) => name.endsWith('.yaml')).map((name) => readFile(join(folder, name))),
    );
    const found = await read(...catalogue.runbooks.map((runbook) => runbook.digest));
    expect(found).toHaveLength(files.length);
    for (const bytes of files) {
      const one = found.find((runbook) => runbook.digest === sha256Hex(bytes));
      expect(Buffer.from(one!.text, 'utf8').equals(bytes)).toBe(true);
    }
  });

  it('keep line ends, byte order mark and what is no ASCII, or the digest would be of something else', async () => {
    const scratch = await makeScratchCatalogue();
    try {
      const text = `\uFEFF${change('description: Nothing', 'description: "Nichts\u00a0ist \u{1f600} – "\n#')}`;
      await scratch.put('RB-GOOD-001.yaml', text.replaceAll('\n', '\r\n'));
      const odd = await loadCatalogue(scratch.directory);
      await publishCatalogue(source, odd);
      const [found] = await read(odd.runbooks[0]!.digest);
      expect(found!.text).toBe(text.replaceAll('\n', '\r\n'));
      expect(sha256Hex(found!.text)).toBe(odd.runbooks[0]!.digest);
    } finally {
      await scratch.remove();
    }
  });

  it('are found for a version that is in force no more', async () => {
    const scratch = await makeScratchCatalogue();
    try {
      const digests: string[] = [];
      for (const version of ['2.0.0', '2.0.1']) {
        await scratch.put('RB-GOOD-001.yaml', change('version: 1.0.0', `version: ${version}`));
        const loaded = await loadCatalogue(scratch.directory);
        await publishCatalogue(source, loaded);
        digests.push(loaded.runbooks[0]!.digest);
      }
      expect((await read(...digests)).map((runbook) => runbook.version)).toEqual(['2.0.0', '2.0.1']);
    } finally {
      await scratch.remove();
    }
  });

  it('answer each question for itself, once per digest, and leave out what was never published', async () => {
    const [first, second] = catalogue.runbooks.map((runbook) => runbook.digest) as [string, string];
    const answers = await readTexts([
      { digests: [second, 'ab'.repeat(32), second] },
      { digests: [] },
      { digests: [first, second] },
    ]);
    expect(answers.map(({ runbooks }) => runbooks.map((runbook) => runbook.digest))).toEqual([
      [second],
      [],
      [first, second],
    ]);
  });

  it('leave out a text that somebody changed in the database', async () => {
    const { digest, id } = catalogue.runbooks[0]!;
    expect(await read(digest)).toHaveLength(1);
    await admin.query(`update runbooks.published_runbooks set source = source || ' ' where runbook_id = $1`, [id]);
    expect(await read(digest)).toEqual([]);
  });
});

import { type DataSource, In } from 'typeorm';
import type { Runbook } from '../domain/index.ts';
import { PublishedRunbookEntity } from './published-runbook.entity.ts';

/** Stores what is new; returns the runbooks whose version is stored with another text. */
export async function publishRunbooks(source: DataSource, runbooks: readonly Runbook[]): Promise<Runbook[]> {
  const repository = source.getRepository(PublishedRunbookEntity);
  const rows = runbooks.map(({ id, version, digest, source: text }) => ({
    runbookId: id,
    version,
    digest,
    source: text,
  }));
  await repository.createQueryBuilder().insert().values(rows).orIgnore().updateEntity(false).execute();
  const stored = await repository.findBy({ runbookId: In(runbooks.map((runbook) => runbook.id)) });
  const digests = new Map(stored.map((row) => [`${row.runbookId} ${row.version}`, row.digest]));
  return runbooks.filter((runbook) => digests.get(`${runbook.id} ${runbook.version}`) !== runbook.digest);
}

import { type DataSource, In } from 'typeorm';
import { PublishedRunbookEntity } from './published-runbook.entity.ts';

/** Every runbook that was ever in force under one of these digests, as it was published. */
export function readRunbookTexts(source: DataSource, digests: readonly string[]): Promise<PublishedRunbookEntity[]> {
  return source.getRepository(PublishedRunbookEntity).findBy({ digest: In([...new Set(digests)]) });
}

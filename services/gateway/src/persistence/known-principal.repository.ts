import { type DataSource, IsNull } from 'typeorm';
import { PrincipalEntity } from './principal.entity.ts';
import { sayEvent } from './say-event.ts';
import { TokenSubjectEntity } from './token-subject.entity.ts';

/** How somebody at a keyboard names a principal. */
export type PrincipalReference = { id: string } | { name: string };

/** What becomes of a principal after it was made. Each change is said in its transaction; `describe` gives the event (JSON). */
export class KnownPrincipalRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  /** Those that are not disabled; two at most, for the question is whether there is exactly one. */
  find(reference: PrincipalReference): Promise<PrincipalEntity[]> {
    return this.source
      .getRepository(PrincipalEntity)
      .find({ where: { ...reference, disabledAt: IsNull() }, order: { id: 'ASC' }, take: 2 });
  }

  /** False when it was disabled before. */
  disable(id: string, describe: (disabledAt: Date) => string): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      const wanted = { id, disabledAt: IsNull() };
      const { affected } = await manager.update(PrincipalEntity, wanted, { disabledAt: () => 'now()' });
      if (affected !== 1) return false;
      const { disabledAt } = await manager.findOneByOrFail(PrincipalEntity, { id });
      await sayEvent(manager, 'gateway.principal-disabled.v1', describe(disabledAt!));
      return true;
    });
  }

  /** False when the subject is linked already; a link to a principal that is disabled gives way. */
  link(link: Omit<TokenSubjectEntity, 'createdAt'>, describe: (linkedAt: Date) => string): Promise<boolean> {
    const { issuer, subject, principalId } = link;
    return this.source.transaction(async (manager) => {
      const rows = await manager.query<{ created_at: Date }[]>(
        `insert into token_subjects as t (issuer, subject, principal_id) values ($1, $2, $3)
         on conflict (issuer, subject) do update set principal_id = excluded.principal_id, created_at = now()
         where exists (select from principals p where p.id = t.principal_id and p.disabled_at is not null)
         returning created_at`,
        [issuer, subject, principalId],
      );
      if (rows[0] === undefined) return false;
      await sayEvent(manager, 'gateway.subject-linked.v1', describe(rows[0].created_at));
      return true;
    });
  }

  /** Says that a token was made. */
  async noteToken(event: string): Promise<void> {
    await this.source.transaction((manager) => sayEvent(manager, 'gateway.token-issued.v1', event));
  }
}

import { type DataSource, IsNull } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.ts';
import { PrincipalEntity } from './principal.entity.ts';
import { sayEvent } from './say-event.ts';

/** A principal as it is made by hand; an enrolment makes others. */
export type NewPrincipal = Pick<PrincipalEntity, 'id' | 'kind' | 'name' | 'siteId' | 'namespace' | 'scopes'>;

/** Keys as an administrator sees them. What changes is said in the same transaction; a gateway's relay publishes it. */
export class KeyRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  /** `describe` gives the event (JSON) that tells of the principal, created at the moment that the row says. */
  create(
    principal: NewPrincipal,
    key: { id: string; keySha256: Buffer; expiresAt?: Date | null },
    describe: (createdAt: Date) => string,
  ): Promise<void> {
    return this.source.transaction(async (manager) => {
      await manager.insert(PrincipalEntity, principal);
      await manager.insert(ApiKeyEntity, { ...key, principal: { id: principal.id } });
      const { createdAt } = await manager.findOneByOrFail(PrincipalEntity, { id: principal.id });
      await sayEvent(manager, 'gateway.principal-created.v1', describe(createdAt));
    });
  }

  list(): Promise<ApiKeyEntity[]> {
    return this.source
      .getRepository(ApiKeyEntity)
      .find({ relations: { principal: true }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** False when there is no such key, or it was revoked before. `describe` gives the event (JSON) that tells of it. */
  revoke(id: string, describe: (principal: PrincipalEntity, revokedAt: Date) => string): Promise<boolean> {
    return this.source.transaction(async (manager) => {
      const { affected } = await manager.update(
        ApiKeyEntity,
        { id, revokedAt: IsNull() },
        { revokedAt: () => 'now()' },
      );
      if (affected !== 1) return false;
      const key = await manager.findOneOrFail(ApiKeyEntity, { where: { id }, relations: { principal: true } });
      await sayEvent(manager, 'gateway.principal-revoked.v1', describe(key.principal, key.revokedAt!));
      return true;
    });
  }
}

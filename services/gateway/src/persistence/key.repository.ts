import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { ApiKeyEntity } from './api-key.entity.ts';
import { PrincipalEntity } from './principal.entity.ts';

/** Keys as an administrator sees them. What changes is said in the same transaction; a gateway's relay publishes it. */
export class KeyRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  /** `describe` gives the event (JSON) that tells of the principal, created at the moment that the row says. */
  create(
    principal: Omit<PrincipalEntity, 'createdAt'>,
    key: { id: string; keySha256: Buffer },
    describe: (createdAt: Date) => string,
  ): Promise<void> {
    return this.source.transaction(async (manager) => {
      await manager.insert(PrincipalEntity, principal);
      await manager.insert(ApiKeyEntity, { ...key, principal: { id: principal.id } });
      const { createdAt } = await manager.findOneByOrFail(PrincipalEntity, { id: principal.id });
      await say(manager, 'gateway.principal-created.v1', describe(createdAt));
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
      await say(manager, 'gateway.principal-revoked.v1', describe(key.principal, key.revokedAt!));
      return true;
    });
  }
}

/** Due at once: this process does not publish it. */
async function say(manager: EntityManager, subject: EventNameOf<'gateway'>, event: string): Promise<void> {
  const sql = 'insert into outbox (id, subject, payload, next_at) values ($1, $2, $3, now())';
  await manager.query(sql, [newId(), subject, joinBatch([event])]);
}

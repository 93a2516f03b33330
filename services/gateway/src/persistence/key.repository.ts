import { type DataSource, IsNull } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.ts';
import { PrincipalEntity } from './principal.entity.ts';

/** Keys as an administrator sees them. */
export class KeyRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  create(principal: Omit<PrincipalEntity, 'createdAt'>, key: { id: string; keySha256: Buffer }): Promise<void> {
    return this.source.transaction(async (manager) => {
      await manager.insert(PrincipalEntity, principal);
      await manager.insert(ApiKeyEntity, { ...key, principal: { id: principal.id } });
    });
  }

  list(): Promise<ApiKeyEntity[]> {
    return this.source
      .getRepository(ApiKeyEntity)
      .find({ relations: { principal: true }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** False when there is no such key, or it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const { affected } = await this.source
      .getRepository(ApiKeyEntity)
      .update({ id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    return affected === 1;
  }
}

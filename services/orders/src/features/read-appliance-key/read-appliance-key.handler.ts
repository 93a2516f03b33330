import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { ApplianceRepository } from '../../persistence/appliance.repository.ts';

type Name = 'rpc.orders.appliance-key.v1';
export type ReadApplianceKeys = (questions: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

export function createReadApplianceKeys(repository: Pick<ApplianceRepository, 'findKeys'>): ReadApplianceKeys {
  return async (questions) => (await repository.findKeys(questions)).map((public_key) => ({ public_key }));
}

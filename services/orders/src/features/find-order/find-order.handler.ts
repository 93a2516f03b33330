import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IssueRepository } from '../../persistence/issue.repository.ts';

type Name = 'rpc.orders.find-by-incident.v1';
export type FindOrders = (questions: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** The order that answers an incident, its own or one that it joined. */
export function createFindOrders(repository: Pick<IssueRepository, 'findAnswers'>): FindOrders {
  return async (questions) => {
    const orderOf = await repository.findAnswers(questions.map((question) => question.incident_id));
    return questions.map(({ incident_id }) => ({ order_id: orderOf.get(incident_id) ?? null }));
  };
}

import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IssueRepository } from '../../persistence/issue.repository.ts';

type Name = 'rpc.orders.find-by-incident.v1';
export type FindOrders = (questions: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** The order that answers an incident of the site that is named, its own or one that it joined. */
export function createFindOrders(repository: Pick<IssueRepository, 'findAnswersOf'>): FindOrders {
  return async (questions) => {
    const orders = await repository.findAnswersOf(
      questions.map(({ site_id, incident_id }) => ({ siteId: site_id, incidentId: incident_id })),
    );
    return questions.map((_, at) => ({ order_id: orders[at] ?? null }));
  };
}

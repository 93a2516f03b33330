import type { RunbooksResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

export type ListRunbooks = () => Promise<RunbooksResponse>;

export function createListRunbooks(requester: Requester): ListRunbooks {
  return async () => {
    const { runbooks } = await requester.ask('rpc.runbooks.list.v1', {});
    return { runbooks, count: runbooks.length };
  };
}

import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';

export type ReadLedgerKey = () => Promise<MediaAnswer>;

const goodForMs = 5_000;

/** Needs no credential, so however many ask, evidence is asked once in five seconds at most. */
export function createReadLedgerKey(requester: Requester, clock: Clock = systemClock): ReadLedgerKey {
  let last: { at: number; key: Promise<string> } | undefined;

  async function look(): Promise<string> {
    const head = await requester.ask('rpc.evidence.ledger-head.v1', {}, { timeoutMs: 5_000 });
    return head.verifier_key;
  }

  return async () => {
    const now = clock.now().getTime();
    if (!last || now - last.at > goodForMs) {
      const asked = { at: now, key: look() };
      last = asked;
      // Nobody remembers a failure.
      asked.key.catch(() => (last = last === asked ? undefined : last));
    }
    return new MediaAnswer(routeCatalog.readLedgerKey.produces, `${await last.key}\n`, { 'cache-control': 'no-cache' });
  };
}

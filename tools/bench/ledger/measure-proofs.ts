import { orderIdOf, site } from './feed-orders.ts';

/** Milliseconds of answers over HTTP, through the gateway. */
export interface ProofTimes {
  p50: number;
  p99: number;
}

const samples = 300;
const atOnce = 4;

/** Proofs of leaves all over the ledger, a few at a time: every one is another leaf. */
export function timeProofs(gatewayUrl: string, key: string, leaves: number): Promise<ProofTimes> {
  return time(gatewayUrl, key, (n) => {
    const leaf = Math.floor(((n + 0.5) * leaves) / samples);
    return `/orders/${site}/${orderIdOf(leaf)}/proof`;
  });
}

/** Consistency between sizes all over the ledger and its head. */
export function timeConsistency(gatewayUrl: string, key: string, leaves: number): Promise<ProofTimes> {
  return time(gatewayUrl, key, (n) => `/ledger/consistency?from=${Math.floor(((n + 0.5) * leaves) / samples)}`);
}

async function time(gatewayUrl: string, key: string, pathOf: (n: number) => string): Promise<ProofTimes> {
  const times: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < samples) {
      const path = pathOf((next += 1) - 1);
      const begun = performance.now();
      const answer = await fetch(gatewayUrl + path, { headers: { 'x-api-key': key } });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  times.sort((one, other) => one - other);
  return { p50: times[Math.floor(times.length * 0.5)]!, p99: times[Math.floor(times.length * 0.99)]! };
}

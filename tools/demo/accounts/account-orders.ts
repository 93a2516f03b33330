import { type EvidencePage, evidencePage, ordersResponse, statsResponse } from '@countersign/shared/contracts';
import type { DemoBox } from '../fleet/open-box.ts';
import { waitFor } from '../fleet/wait-for.ts';
import type { SeenOrder, Tally } from './tally.ts';

/** What the server says became of the orders of this run, and whether that is what the fleet saw. */
export interface Account {
  issued: number;
  completed: number;
  /** The runbook failed or was taken back. */
  failed: number;
  /** By the box that they were for. */
  refused: number;
  /** Neither; must be 0. */
  open: number;
  /** Bundles in the chains of all sites, all of them sealed. */
  evidence: number;
  problems: string[];
}

/** Asks each site for its evidence, its waiting orders and its counts, until every order has ended or time is up. */
export async function accountOrders(boxes: readonly DemoBox[], tally: Tally, forMs = 30_000): Promise<Account> {
  const account: Account = { issued: 0, completed: 0, failed: 0, refused: 0, open: 0, evidence: 0, problems: [] };
  const sites = boxes.map(async (box) => {
    const orders = [...tally.orders].filter(([, order]) => order.siteId === box.siteId);
    let site: Account | undefined;
    await waitFor(
      async () => {
        site = await accountSite(box, orders);
        return site.problems.length === 0 ? site : undefined;
      },
      { forMs, everyMs: 250 },
    );
    return site!;
  });
  for (const site of await Promise.all(sites)) {
    for (const name of ['issued', 'completed', 'failed', 'refused', 'open', 'evidence'] as const) {
      account[name] += site[name];
    }
    account.problems.push(...site.problems);
  }
  return account;
}

async function accountSite(box: DemoBox, orders: readonly [string, SeenOrder][]): Promise<Account> {
  const bundles = await readEvidence(box);
  const fates = new Map(bundles.map((bundle) => [bundle.order_id, fateOf(bundle)]));
  const problems: string[] = [];
  const account: Account = {
    issued: orders.length,
    completed: 0,
    failed: 0,
    refused: 0,
    open: 0,
    evidence: 0,
    problems,
  };
  for (const [orderId, seen] of orders) {
    const fate = fates.get(orderId);
    account[fate ?? 'open'] += 1;
    if (fate !== seen.fate)
      problems.push(`order ${orderId}: the server has ${fate ?? 'no evidence'}, the box ${seen.fate}`);
  }
  account.evidence = bundles.filter((bundle) => bundle.sealed_at !== null).length;
  if (account.evidence !== bundles.length) problems.push(`${box.siteId}: evidence is not sealed yet`);
  const positions = bundles.map(({ position }) => position).toSorted((a, b) => a - b);
  if (positions.some((position, index) => position !== index + 1)) problems.push(`${box.siteId}: the chain has a gap`);
  problems.push(...(await findOpenOrders(box, account)));
  return account;
}

/** What the orders service says by itself: nothing waits, and its states add up to the same. */
async function findOpenOrders(box: DemoBox, account: Account): Promise<string[]> {
  const waiting = ordersResponse.parse(await read(box, `/orders/${box.siteId}`)).count;
  if (waiting > 0) return [`${box.siteId}: ${waiting} orders still wait`];
  const { orders_24h: states } = statsResponse.parse(await read(box, '/stats'));
  const { completed = 0, failed = 0, ...others } = states;
  const isSame = completed === account.completed && failed === account.failed + account.refused;
  if (isSame && Object.values(others).every((count) => count === 0)) return [];
  return [`${box.siteId}: the server counts its orders as ${JSON.stringify(states)}`];
}

async function readEvidence(box: DemoBox): Promise<EvidencePage['evidence']> {
  const bundles: EvidencePage['evidence'] = [];
  for (;;) {
    const page = evidencePage.parse(await read(box, `/evidence/${box.siteId}?limit=500&offset=${bundles.length}`));
    bundles.push(...page.evidence);
    if (page.evidence.length < 500) return bundles;
  }
}

function fateOf({ outcome }: EvidencePage['evidence'][number]): 'completed' | 'failed' | 'refused' {
  if (outcome === 'success') return 'completed';
  return outcome === 'rejected' ? 'refused' : 'failed';
}

async function read(box: DemoBox, path: string): Promise<unknown> {
  const response = await fetch(box.gatewayUrl + path, { headers: { authorization: `Bearer ${box.apiKey}` } });
  if (!response.ok) throw new Error(`GET ${path} was answered with ${response.status}`);
  return response.json();
}

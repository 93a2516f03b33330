import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runbooksResponse } from '@countersign/shared/contracts';
import { naclEd25519, nodeEd25519 } from '@countersign/shared/crypto';
import { accountOrders } from './accounts/account-orders.ts';
import { newTally, type Tally } from './accounts/tally.ts';
import type { DemoOptions } from './demo-options.ts';
import type { FoundSystem } from './find-system.ts';
import { makeEnrolmentTokens } from './fleet/make-enrolment-tokens.ts';
import { type DemoBox, openBox } from './fleet/open-box.ts';
import { planFleet } from './fleet/plan-fleet.ts';
import { playBox, progressOf } from './fleet/play-box.ts';
import { seededRandom } from './fleet/seeded-random.ts';
import { describeRun, type RunSummary } from './output/describe-run.ts';
import type { Progress } from './output/progress.ts';

export interface DemoRun {
  summary: RunSummary;
  tally: Tally;
}

/** Opens a fleet on sites of its own, lets it live through its plan, and accounts for every order. */
export async function runDemo(options: DemoOptions, system: FoundSystem, progress: Progress): Promise<DemoRun> {
  const { appliances, incidents, seed } = options;
  const stateDir = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const removeState = () => rmSync(stateDir, { recursive: true, force: true });
  process.once('exit', removeState); // also after Ctrl-C
  try {
    const boxes = await openFleet(appliances, system, stateDir, progress);
    const tally = newTally();
    const plans = planFleet(appliances, incidents, seed);
    const onProgress = () => progress.show(progressOf(tally));
    const beganAt = performance.now();
    await Promise.all(
      boxes.map((box, index) => {
        const stranger = boxes.length > 1 ? boxes[(index + 1) % boxes.length] : undefined;
        const random = seededRandom(seed + index + 1);
        return playBox({ box, stranger, plan: plans[index]!, tally, random, onProgress });
      }),
    );
    const seconds = (performance.now() - beganAt) / 1_000;
    progress.say('accounting for every order');
    const account = await accountOrders(boxes, tally);
    progress.end();
    return { summary: describeRun({ appliances, seed, seconds, tally, account }), tally };
  } finally {
    removeState();
    process.off('exit', removeState);
  }
}

async function openFleet(
  appliances: number,
  { gatewayUrl, adminKey }: FoundSystem,
  stateDir: string,
  progress: Progress,
): Promise<DemoBox[]> {
  const run = Date.now().toString(36);
  const sites = Array.from({ length: appliances }, (_, index) => `demo-${run}-${String(index + 1).padStart(2, '0')}`);
  let made = 0;
  const tokens = await makeEnrolmentTokens(gatewayUrl, adminKey, sites, () =>
    progress.say(`enrolment tokens for ${(made += 1)} of ${appliances} sites`),
  );
  const knownRunbooks = await readRunbooks(gatewayUrl, adminKey);
  progress.say(`${appliances} appliances enrol and check in`);
  return Promise.all(
    sites.map((siteId, index) =>
      openBox({
        gatewayUrl,
        siteId,
        token: tokens.get(siteId)!,
        stateDir,
        knownRunbooks,
        // tweetnacl is what boxes use, each on a processor of its own; here they share one, where it would be what is timed.
        ed25519: index === 0 ? naclEd25519 : nodeEd25519,
      }),
    ),
  );
}

/** What the boxes have installed: the catalogue as it stands, so that an order for anything else is refused. */
async function readRunbooks(gatewayUrl: string, key: string) {
  const response = await fetch(`${gatewayUrl}/runbooks`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok)
    throw new Error(`GET /runbooks was answered with ${response.status}: is the key an administrator's?`);
  const { runbooks } = runbooksResponse.parse(await response.json());
  return new Map(runbooks.map((runbook) => [runbook.id, runbook]));
}

import { setTimeout as delay } from 'node:timers/promises';
import { startStack, type Stack, wideLimits } from '../../tools/stack/index.ts';
import { enrolBox } from '../harness/box.ts';
import { openDatabase, untilOutboxesAreEmpty } from '../harness/database.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';
import { checkRecords, type Finding, tableOf } from './check-records.ts';
import { type Random, seededRandom } from './random.ts';
import { startLoad } from './start-load.ts';

/** Something that goes wrong, and is put right before it resolves. */
export interface Fault {
  name: string;
  /** Seconds after the start of the load. */
  at: number;
  strike: (stack: Stack) => Promise<void>;
}

export interface ScenarioOutcome {
  findings: Finding[];
  /** Answers that no fault excuses. */
  wrong: string[];
  retries: number;
  /** A process that ended although nobody killed it. */
  broken: string | undefined;
}

const sites = 12;
const perSecond = 50;
const loadSeconds = 30;

/** Half a minute of load, faults at their moments, then rest until everything has had its effect, and the count. */
export async function runScenario(name: string, plan: (random: Random) => Fault[]): Promise<ScenarioOutcome> {
  const random = seededRandom(name);
  const stack = await startStack({ env: { ...wideLimits, RATE_LIMIT_REQUESTS: '100000', REPLY_WAIT_MS: '1000' } });
  const database = openDatabase(stack.info.database_urls.admin!);
  let broken: string | undefined;
  void stack.broken.then((part) => (broken = part));
  try {
    const system = systemOf(stack);
    const boxes = await Promise.all(Array.from({ length: sites }, () => enrolBox(system)));
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1_000;
    const say = (text: string): unknown => process.stdout.write(`  ${seconds().toFixed(1).padStart(5)} s  ${text}\n`);
    const load = startLoad({ urls: system.gatewayUrls, adminKey: system.adminKey, boxes, perSecond, random });
    try {
      for (const fault of plan(random).toSorted((a, b) => a.at - b.at)) {
        await delay(Math.max(0, fault.at - seconds()) * 1_000);
        say(fault.name);
        await fault.strike(stack);
      }
      await delay(Math.max(0, loadSeconds - seconds()) * 1_000);
    } finally {
      await load.stop();
    }
    const { history } = load;
    say(`${history.reported} reports and ${history.handedIn} bundles answered, ${history.retries} tries repeated`);
    const failure = await settle(database).catch((error: Error) => error.message);
    say(failure ?? 'everything has had its effect');
    const findings = await checkRecords({ history, database, vaultDir: stack.info.vault_dir! });
    process.stdout.write(tableOf(findings));
    return { findings, wrong: history.wrong, retries: history.retries, broken };
  } finally {
    await database.close();
    await stack.stop();
  }
}

async function settle(database: ReturnType<typeof openDatabase>): Promise<undefined> {
  // A process that was killed has its bundles on lease for 15 s.
  const queue = 'select count(*)::int as waiting from evidence.seal_queue';
  await until(
    'every bundle is sealed',
    async () => (await database.rows<{ waiting: number }>(queue))[0]!.waiting === 0,
    60_000,
  );
  await untilOutboxesAreEmpty(database, 120_000);
}

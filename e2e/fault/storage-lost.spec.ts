import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/index.ts';
import { runScenario } from './run-scenario.ts';

/** As long as it is away, a file stands where the folder was: whoever would make the folder anew cannot. */
async function withoutVault({ info }: Stack, work: () => Promise<unknown>): Promise<void> {
  const folder = info.vault_dir!;
  renameSync(folder, `${folder}.away`);
  writeFileSync(folder, '');
  await work();
  unlinkSync(folder);
  renameSync(`${folder}.away`, folder);
}

describe('with the database stopped and killed, and the vault away for ten seconds, under load', () => {
  it('nothing that was accepted is lost, and nothing has its effect twice', async () => {
    const outcome = await runScenario('storage lost', (random) => [
      {
        name: 'PostgreSQL is stopped and started',
        at: random.between(1, 4),
        strike: (stack) => stack.restartPostgres(),
      },
      {
        name: 'SIGKILL PostgreSQL',
        at: random.between(6, 9),
        async strike(stack) {
          await stack.killPostgres();
          await delay(random.between(0, 2_000));
          await stack.startPostgres();
        },
      },
      {
        name: 'the vault is away for 10 s; within them PostgreSQL is killed again',
        at: random.between(13, 15),
        strike: (stack) =>
          withoutVault(stack, async () => {
            const away = delay(10_000);
            await delay(random.between(1_000, 6_000));
            await stack.killPostgres();
            await stack.startPostgres();
            await away;
          }),
      },
    ]);
    expect(outcome.wrong).toEqual([]);
    expect(outcome.findings.filter(({ wanted, found }) => wanted !== found)).toEqual([]);
    expect(outcome.retries).toBeGreaterThan(0);
    expect(outcome.broken).toBeUndefined();
  });
});

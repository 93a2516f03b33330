import { setTimeout as delay } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/index.ts';
import { runScenario } from './run-scenario.ts';

async function versionOf({ info }: Stack): Promise<string> {
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(info.nats_seeds!.operator));
  const connection = await connect({ servers: new URL(info.nats_url).host, authenticator });
  const { version } = connection.info!;
  await connection.close();
  return version;
}

describe('with the broker killed, and its disk lost, under load', () => {
  it('nothing that was accepted is lost, and nothing has its effect twice', async () => {
    let version = '';
    const outcome = await runScenario('broker lost', (random) => [
      ...[random.between(2, 5), random.between(7, 12)].map((at) => {
        const downMs = random.between(0, 2_500);
        return {
          name: `SIGKILL NATS, back after ${Math.round(downMs)} ms`,
          at,
          async strike(stack: Stack) {
            version ||= await versionOf(stack);
            await stack.killNats();
            await delay(downMs);
            await stack.startNats();
          },
        };
      }),
      ...[random.between(15, 18), random.between(20, 26)].map((at) => ({
        name: 'SIGKILL NATS, back with an empty disk',
        at,
        async strike(stack: Stack) {
          await stack.killNats();
          stack.wipeNatsStore();
          await stack.startNats();
        },
      })),
    ]);
    process.stdout.write(`  nats-server ${version}\n`);
    expect(version).toMatch(/^(2\.9\.([1-9]\d)|2\.[1-9]\d+\.\d+)/);
    expect(outcome.wrong).toEqual([]);
    expect(outcome.findings.filter(({ wanted, found }) => wanted !== found)).toEqual([]);
    expect(outcome.broken).toBeUndefined();
  });
});

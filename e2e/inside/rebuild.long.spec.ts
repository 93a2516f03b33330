import { execFile, spawn } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoppedStack, type Stack, startStack } from '../../tools/stack/index.ts';
import { makeTemporaryState } from '../../tools/stack/state/temporary-state.ts';
import { type Box, enrolBox } from '../harness/box.ts';
import type { Json } from '../harness/call.ts';
import { type Ledger, openLedger, type Proven } from '../harness/ledger.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { walkIncident } from '../harness/walk-incident.ts';

const program = fileURLToPath(new URL('../../tools/ledger/main.ts', import.meta.url));
const run = promisify(execFile);
const state = makeTemporaryState();
const tables = join(state.folder, 'postgres');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], COUNTERSIGN_STATE_DIR: state.folder };

function ledgerCommand(...args: string[]): Promise<Outcome> {
  return run(process.execPath, [program, ...args], { env: environment, maxBuffer: 2 ** 26 }).then(
    (answer) => ({ code: 0, ...answer }),
    (error: unknown) => error as Outcome,
  );
}

/** SIGKILL to every process of the command, the moment that it says this. */
function killLedgerCommand(when: string, ...args: string[]): Promise<{ stdout: string }> {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [program, ...args], { env: environment, detached: true, stdio: [...stdio] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
    if (said.stderr.includes(when)) process.kill(-child.pid!, 'SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (_, signal) => (signal === 'SIGKILL' ? resolve(said) : reject(new Error(said.stderr))));
  });
}

async function loseTheEvidence(): Promise<void> {
  const stopped = await openStoppedStack({ stateDir: state.folder, env: {} });
  const client = new pg.Client({ connectionString: stopped.adminDatabaseUrl! });
  await client.connect();
  await client.query('drop schema evidence cascade');
  await client.end();
  await stopped.close();
}

const pathOf = (box: Box, evidence: Json): string => `/evidence/${box.siteId}/${evidence.bundle_id}`;

describe('the tables of the evidence service, set back and then lost', () => {
  let running: Stack | undefined;
  let box: Box;
  let ledger: Ledger;
  /** By its path, before and after the copy of the tables was made. */
  const proven = new Map<string, Proven>();

  async function start(): Promise<void> {
    running = await startStack({ stateDir: state.folder });
    const system = systemOf(running);
    [box, ledger] = [await enrolBox(system), await openLedger(system)];
  }
  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  async function walk(): Promise<void> {
    const path = pathOf(box, (await walkIncident(box)).evidence);
    proven.set(path, await ledger.untilProven(path));
  }

  beforeAll(async () => {
    await start();
    await walk();
    await stop();
    await run('cp', ['-Rp', tables, `${tables}.copy`]); // with its owner
    await start();
    await walk();
  }, 60_000);

  afterAll(async () => {
    await stop();
    state.remove();
  });

  it('cannot be replaced under a system that runs', async () => {
    const { code, stderr } = await ledgerCommand('rebuild', '--yes');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The system runs \(process \d+\): stop it/)]);
  });

  it('come up to the vault by `continue`, where nothing starts on an older copy of them', async () => {
    await stop();
    await rm(tables, { recursive: true });
    await rename(`${tables}.copy`, tables);
    await expect(startStack({ stateDir: state.folder })).rejects.toThrow('npm run ledger -- continue');
    const checked = await ledgerCommand('check', '--json');
    expect([checked.code, JSON.parse(checked.stdout)]).toMatchObject([1, { verdict: 'behind' }]);

    const { code, stdout, stderr } = await ledgerCommand('continue', '--yes', '--json');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/continue: done, \d+ leaves/)]);
    expect(JSON.parse(stdout).certificate).toMatchObject({ kind: 'continue', lost: [] });
    expect(await ledgerCommand('check')).toMatchObject({ code: 0 });
  });

  it('come back by `rebuild`, also after one that was killed, and what was proved holds', async () => {
    await loseTheEvidence();
    expect(await killLedgerCommand('read the ledger', 'rebuild', '--yes')).toMatchObject({ stdout: '' });
    const { code, stdout, stderr } = await ledgerCommand('rebuild', '--yes', '--json');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/drop evidence_rebuilt_\w+, which a rebuild that was/)]);
    const { certificate, note } = JSON.parse(stdout);
    expect(certificate).toMatchObject({ kind: 'rebuild', lost: [], chains: { sites: 2, links: 2 } });
    expect(note).toContain(`\n\n\u2014 ${ledger.key.name} `);

    await start();
    for (const [path, before] of proven) {
      const again = await ledger.untilProven(path);
      expect(again).toMatchObject({ index: before.index, leaf: before.leaf });
      await ledger.proveConsistency(before.checkpoint, again.checkpoint);
    }
    await walk();
  }, 60_000);
});

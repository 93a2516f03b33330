import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdict } from '../src/verifier/verdict.ts';

const run = promisify(execFile);
const largestOutput = 64 * 1024 * 1024;

/** Somebody with a kit and a verifier, and nothing of ours: no packages, no settings, no clone. */
export interface Auditor {
  folder: string;
  /** Major version of the Node that verifies. */
  node: number;
  /** Runs the verifier in a process of its own, within the folder. */
  verify(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The verdict on a kit, which is a file of this name as long as that takes. */
  judge(kit: Uint8Array, ledgerKey?: string, name?: string): Promise<{ code: number; verdict: Verdict }>;
  leave(): Promise<void>;
}

/** The machine's own Node where it has one that is old enough to say something, else the one that runs the specs. */
export async function standAsAuditor(verifier: string): Promise<Auditor> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-auditor-'));
  const script = join(folder, 'verify.mjs');
  await writeFile(script, verifier);
  const program = majorOf('/usr/bin/node') >= 20 ? '/usr/bin/node' : process.execPath;

  const verify: Auditor['verify'] = async (...args) => {
    try {
      const options = { cwd: folder, env: { PATH: '/usr/bin:/bin' }, maxBuffer: largestOutput };
      return { code: 0, ...(await run(program, [script, ...args], options)) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  };
  return {
    folder,
    node: majorOf(program),
    verify,
    async judge(kit, ledgerKey, name = 'kit.zip') {
      const path = join(folder, name);
      await writeFile(path, kit);
      const key = ledgerKey === undefined ? [] : ['--ledger-key', ledgerKey];
      const { code, stdout, stderr } = await verify(name, '--json', ...key);
      await rm(path);
      if (stdout === '') throw new Error(`The verifier said nothing: ${stderr}`);
      return { code, verdict: JSON.parse(stdout) as Verdict };
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  };
}

function majorOf(program: string): number {
  try {
    return Number(/^v(\d+)\./.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

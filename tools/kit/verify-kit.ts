import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The verifier that this clone was built with: not the one that came in the kit. */
const verifier = fileURLToPath(new URL('../../services/evidence/dist/verify.bundle.js', import.meta.url));
const run = promisify(execFile);

/** What of a verdict the command says. */
export interface KitVerdict {
  outcome: 'holds' | 'fails' | 'unreadable';
  kit: { site_id: string; ledger_size: number; leaves: number; bundles: number; orders: number } | null;
  key: { verifier_key: string | null; fingerprint: string | null };
  checks: { title: string; examined: number; problems: { file: string | null; message: string }[] }[];
  gaps: string[];
}

export interface VerifiedKit {
  /** 0 holds, 1 fails, 2 cannot be read. */
  code: number;
  stdout: string;
}

/** Runs the verifier in a process of its own, as an auditor does. */
export async function verifyKit(path: string, ledgerKey: string | undefined, json: boolean): Promise<VerifiedKit> {
  const args = [
    verifier,
    path,
    ...(ledgerKey === undefined ? [] : ['--ledger-key', ledgerKey]),
    ...(json ? ['--json'] : []),
  ];
  try {
    const { stdout } = await run(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number' || stdout === '')
      throw new Error(`The verifier cannot run: ${stderr}`, { cause: error });
    return { code, stdout };
  }
}

/** A verdict in a few lines. `isGivenKey`: the ledger's key is the caller's, and not the system's word. */
export function summarize(verdict: KitVerdict, path: string, size: number, isGivenKey: boolean): string {
  const { outcome, kit, key, checks, gaps } = verdict;
  const problems = checks.flatMap((check) => check.problems);
  const lines = [
    `${outcome === 'holds' ? 'The kit holds' : 'THE KIT DOES NOT HOLD'}: ${path} (${(size / 1024 / 1024).toFixed(1)} MiB)`,
    kit &&
      `  ${kit.leaves} records, ${kit.orders} orders and ${kit.bundles} bundles of ${kit.site_id}, in a ledger of ${kit.ledger_size} leaves`,
    key.verifier_key && `  ledger's key ${key.verifier_key}\n  fingerprint  ${key.fingerprint}`,
    !isGivenKey &&
      '  The key is the one that the system publishes now: compare it with the one that you know from elsewhere.',
    ...problems.slice(0, 10).map(({ file, message }) => `  - ${file === null ? '' : `${file}: `}${message}`),
    problems.length > 10 && `  - and ${problems.length - 10} more: --verify shows them`,
    ...gaps.map((gap) => `  gap: ${gap}`),
  ];
  return lines.filter((line) => typeof line === 'string' && line !== '').join('\n');
}

import type { Verdict } from './verdict.ts';

const verdicts: Record<Verdict['outcome'], string> = {
  holds: 'THE KIT HOLDS',
  fails: 'THE KIT DOES NOT HOLD',
  unreadable: 'THIS IS NO KIT THAT CAN BE READ',
};
/** Of each check; the rest is counted. `--json` has them all. */
const shownAtMost = 25;

/** A verdict in one line. */
export function summarizeVerdict({ outcome, gaps, key, checks }: Verdict): string {
  const problems = checks.reduce((sum, check) => sum + check.problems.length, 0);
  const parts = [
    verdicts[outcome],
    problems > 0 && `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    gaps.length > 0 && `${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`,
    outcome === 'holds' && !key.known_from_elsewhere && 'if the ledger’s key is the one that you know',
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** A verdict for a terminal: what was looked at, exactly what failed, what is missing, and what is not proved. */
export function describeVerdict(verdict: Verdict): string {
  const { kit, key, checks, gaps, not_proved } = verdict;
  const lines = [summarizeVerdict(verdict), ''];
  if (kit !== null)
    lines.push(
      `Site     ${kit.site_id}`,
      `Range    ${kit.from} to ${kit.to}`,
      `Ledger   ${kit.origin}, ${kit.ledger_size} leaves`,
      `Holds    ${kit.leaves} records, ${kit.orders} orders, ${kit.bundles} bundles`,
    );
  if (key.verifier_key !== null)
    lines.push(
      `Key      ${key.verifier_key}`,
      `         SHA-256 ${key.fingerprint}`,
      `         ${key.known_from_elsewhere ? 'as you gave it' : 'AS THE KIT SAYS: compare it with the one that you know from elsewhere'}`,
    );
  lines.push('', 'What was checked');
  for (const { title, examined, problems, notes } of checks) {
    const state = problems.length > 0 ? 'FAIL' : examined > 0 ? 'ok  ' : '-   ';
    lines.push(`  ${state} ${title}${examined > 0 ? ` (${examined})` : ''}`);
    for (const { file, offset, message } of problems.slice(0, shownAtMost))
      lines.push(
        `         ${[file, offset !== undefined && `at byte ${offset}`].filter(Boolean).join(' ')}: ${message}`.replace(
          '         : ',
          '         ',
        ),
      );
    if (problems.length > shownAtMost) lines.push(`         and ${problems.length - shownAtMost} more: see --json`);
    for (const note of notes.slice(0, shownAtMost)) lines.push(`         ${note}`);
  }
  if (kit !== null)
    lines.push(
      '',
      gaps.length > 0
        ? 'What is missing, or odd, though on record (coverage.json)'
        : 'Nothing is missing that the ledger knows of.',
    );
  for (const gap of gaps) lines.push(`  - ${gap}`);
  lines.push('', 'What this does not prove');
  for (const sentence of not_proved) lines.push(`  - ${sentence}`);
  return `${lines.map((line) => printable(line)).join('\n')}\n`;
}

/** A kit may be anybody's: nothing in it may move the cursor or turn the text round. */
const printable = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');

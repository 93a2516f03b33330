import type { ScrubResult } from './scrub-once.ts';

const partNames: Record<string, string> = {
  ledger: 'ledger: leaves, tiles, checkpoints',
  seals: 'sealed objects',
  chains: 'chains of the sites',
  heads: 'ends of the chains',
  changes: 'refusals and retention',
  cosignatures: 'cosignatures of appliances',
  timestamps: 'answers of the timestamp authority',
  objects: 'keys of the vault',
};

/** Where a round is, for a person who waits. */
export const describeWay = (part: string, objects: number): string =>
  `${partNames[part] ?? part} (${objects} objects read)`;

/** What came of a round, for a person. */
export function describeScrub({ findings, resolved, objects, seconds }: ScrubResult & { seconds: number }): string {
  const lines = findings.map(({ kind, item, siteId, detail }) =>
    [`${kind}  ${item}`, `    ${detail}${siteId === null ? '' : ` Site: ${siteId}.`}`].join('\n'),
  );
  const gone = resolved.map(({ kind, item }) => `as it was again: ${kind}  ${item}`);
  const amount = findings.length === 1 ? '1 thing is not as it was' : `${findings.length} things are not as they were`;
  const verdict = findings.length === 0 ? 'Everything is as it was' : amount;
  return [...lines, ...gone, `${verdict}: ${objects} objects, ${seconds.toFixed(1)} s.`].join('\n');
}

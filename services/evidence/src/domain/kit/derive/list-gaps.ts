import type { Coverage } from './measure-coverage.ts';

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** What is missing from a kit or odd in it, a sentence each; empty when nothing is. */
export function listGaps(coverage: Coverage): string[] {
  const { chain } = coverage;
  const counted: [readonly unknown[], string, string][] = [
    [coverage.orders_without_evidence, 'order has no evidence', 'orders have no evidence'],
    [
      coverage.bundles_not_sealed,
      'bundle was accepted, and is not sealed at the head',
      'bundles were accepted, and are not sealed at the head',
    ],
    [
      coverage.bundles_contradicting_orders,
      'bundle says something else than its order',
      'statements of bundles differ from their orders',
    ],
    [coverage.bundles_refused, 'bundle was refused', 'bundles were refused'],
    [coverage.bundles_late, 'bundle was handed in late', 'bundles were handed in late'],
    [coverage.appliances_silent, 'time an appliance was silent', 'times an appliance was silent'],
    [coverage.incidents_undecided, 'incident has no decision', 'incidents have no decision'],
    [coverage.runbook_texts_missing, 'text of a runbook is not there', 'texts of runbooks are not there'],
    [coverage.integrity_faults, 'integrity fault is on record', 'integrity faults are on record'],
    [coverage.dead_letters, 'event was given up on', 'events were given up on'],
  ];
  return [
    ...chain.missing_positions.map(([from, to]) =>
      from === to ? `position ${from} of the chain is missing` : `positions ${from} to ${to} of the chain are missing`,
    ),
    ...counted.filter(([list]) => list.length > 0).map(([list, one, more]) => many(list.length, one, more)),
  ];
}

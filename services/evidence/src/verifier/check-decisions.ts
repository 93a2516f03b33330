import { canonicalString, sha256Hex } from '@countersign/shared/crypto';
import { indexLeaves } from '../domain/kit/derive/index-leaves.ts';
import type { KitLeaf } from '../domain/kit/facts/kit-leaf.ts';
import { fieldsIn, textIn } from '../domain/kit/facts/read-fields.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import type { Check } from './examination.ts';
import type { OpenKit } from './read-kit.ts';

/** What the order of an incident says, and the decision. */
const decidedFields = [
  ['runbook_id', 'runbook_id'],
  ['runbook_version', 'runbook_version'],
  ['runbook_digest', 'runbook_digest'],
  ['target_appliance_id', 'host_id'],
  ['site_id', 'site_id'],
] as const;

/** Each order carries out a decision about an incident that was reported, with the runbook that was decided. */
export function checkDecisions({ data, files }: OpenKit, check: Check): void {
  const index = indexLeaves(data.leaves);
  const about = (type: string, incidentId: string) => index.about(type, 'incident_id', incidentId)[0];
  for (const order of index.ofType('orders.issued.v1')) {
    check.examine();
    const file = kitNames.leaf(order.index);
    const incidentId = textIn(order.data, 'incident_id') ?? '';
    const decision = about('runbooks.selected.v1', incidentId);
    if (decision === undefined)
      check.note(`The decision behind order ${textIn(order.data, 'order_id')} is not in the ledger at this head.`);
    else compareDecision(order, decision, check);
    const incident = about('gateway.incident-reported.v1', incidentId);
    if (incident === undefined) check.note(`The report of incident ${incidentId} is not in the ledger at this head.`);
    else {
      const host = textIn(incident.data, 'host_id');
      const target = textIn(order.data, 'target_appliance_id');
      check.demand(host === target, file, `the order is for ${target}, and the incident was reported by ${host}`);
    }
  }
  for (const digest of data.runbooks) {
    check.examine();
    const name = kitNames.runbook(digest);
    check.demand(sha256Hex(files.get(name)!) === digest, name, 'it is another text than orders name by this digest');
  }
}

function compareDecision(order: KitLeaf, decision: KitLeaf, check: Check): void {
  const file = kitNames.leaf(order.index);
  for (const [ordered, decided] of decidedFields) {
    const [left, right] = [textIn(order.data, ordered), textIn(decision.data, decided)];
    check.demand(
      left === right,
      file,
      `the order says ${ordered} ${left}, and the decision in leaf ${decision.index} says ${right}`,
    );
  }
  const [left, right] = [order, decision].map(({ data }) => canonicalOf(fieldsIn(data, 'parameters')));
  check.demand(left === right, file, `its parameters are not those of the decision in leaf ${decision.index}`);
}

/** Numbers that have no canonical string are compared as they are printed. */
function canonicalOf(value: object): string {
  try {
    return canonicalString(value);
  } catch {
    return JSON.stringify(value);
  }
}

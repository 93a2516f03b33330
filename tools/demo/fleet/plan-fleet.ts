import { reportsPerAction } from '../demo-options.ts';
import { type Tampering, tamperings } from '../attacks/tamper-order.ts';
import { type Forgery, forgeries } from '../attacks/forge-evidence.ts';
import { drifts, knownIncidents, type Report, unknownIncidents } from './incident-kinds.ts';
import { seededRandom } from './seeded-random.ts';

/** One report, and what happens around it. */
export type PlannedReport = Report & {
  /** Sent a second time with the same idempotency key: the first answer must come again. */
  repeated: boolean;
  /** The same condition reported anew before its order was carried out: it must join that order. */
  joins: boolean;
  /** What is done to the order on its way to the box. */
  tampering: Tampering | undefined;
  /** A bundle that an impostor hands in before the box does. */
  forgery: Forgery | undefined;
  /** The box of another site tries to take the order on. */
  foreign: boolean;
  /** The order is put before the box again after it was carried out. */
  replayed: boolean;
  /** Somebody with the box's credential, but without its key, acts in its place. */
  stolen: boolean;
  /** The runbook fails, and is taken back. */
  fails: boolean;
};

/** Of the reports; an order meets at most one of tampering, forgery, strangers and replay. */
const shares = { drift: 0.25, unknown: 0.12, repeated: 0.12, joins: 0.1 };
/** In all: each is two requests that fail to authenticate, and an address has a hundred of those in 15 minutes. */
const thieves = 2;
const orderShares = { tampering: 0.08, forgery: 0.12, foreign: 0.06, replayed: 0.06, fails: 0.05 };

interface Draw {
  one: <Item>(items: readonly Item[]) => Item;
  share: (part: number) => boolean;
}

/** What each box reports, in order: `incidents` reports in all, spread evenly and within the limit of each site. */
export function planFleet(appliances: number, incidents: number, seed: number): PlannedReport[][] {
  const random = seededRandom(seed);
  const draw: Draw = {
    one: (items) => items[Math.floor(random() * items.length)]!,
    share: (part) => random() < part,
  };
  const offset = Math.floor(random() * knownIncidents.length);
  const plans = Array.from({ length: appliances }, (_, box) => {
    const count = Math.floor(incidents / appliances) + (box < incidents % appliances ? 1 : 0);
    return planBox(count, offset + box, draw);
  });
  sendThieves(plans);
  return plans;
}

/** To the first order of some boxes that nothing else is done to. */
function sendThieves(plans: readonly PlannedReport[][]): void {
  const quiet = plans.flatMap((plan) => plan.find(isQuiet) ?? []);
  for (const planned of quiet.slice(0, thieves)) planned.stolen = true;
}

const isQuiet = (planned: PlannedReport): boolean =>
  !unknownIncidents.some(({ report }) => report === planned.report) &&
  planned.tampering === undefined &&
  planned.forgery === undefined &&
  !(planned.foreign || planned.replayed || planned.fails || planned.repeated || planned.joins);

function planBox(count: number, offset: number, draw: Draw): PlannedReport[] {
  const left = { incident: reportsPerAction, drift: reportsPerAction };
  const plan: PlannedReport[] = [];
  for (let planned = 0; planned < count;) {
    const report = pickReport(left, offset + plan.length, draw);
    const isKnown = !unknownIncidents.includes(report);
    // The one that joins is a report as well: it counts, and it must be within the limit.
    const joins = isKnown && count - planned >= 2 && left[report.kind] >= 2 && draw.share(shares.joins);
    const spent = joins ? 2 : 1;
    left[report.kind] -= spent;
    planned += spent;
    plan.push({ ...report, joins, repeated: draw.share(shares.repeated), ...planOrder(isKnown, draw) });
  }
  return plan;
}

function pickReport(left: Record<Report['kind'], number>, turn: number, draw: Draw): Report {
  const isDrift = left.incident === 0 || (left.drift > 0 && draw.share(shares.drift));
  if (isDrift) return draw.one(drifts);
  return draw.share(shares.unknown) ? draw.one(unknownIncidents) : knownIncidents[turn % knownIncidents.length]!;
}

function planOrder(isKnown: boolean, draw: Draw): Omit<PlannedReport, 'kind' | 'report' | 'repeated' | 'joins'> {
  const plain = {
    tampering: undefined,
    forgery: undefined,
    foreign: false,
    replayed: false,
    stolen: false,
    fails: false,
  };
  if (!isKnown) return plain;
  if (draw.share(orderShares.tampering)) return { ...plain, tampering: draw.one(tamperings) };
  if (draw.share(orderShares.forgery)) return { ...plain, forgery: draw.one(forgeries) };
  if (draw.share(orderShares.foreign)) return { ...plain, foreign: true };
  if (draw.share(orderShares.replayed)) return { ...plain, replayed: true };
  return { ...plain, fails: draw.share(orderShares.fails) };
}

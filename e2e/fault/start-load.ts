import { randomUUID } from 'node:crypto';
import type { Box } from '../harness/box.ts';
import type { Json } from '../harness/call.ts';
import { type History, newHistory } from './history.ts';
import { persist } from './persist.ts';
import type { Random } from './random.ts';

export interface LoadOptions {
  urls: string[];
  adminKey: string;
  boxes: Box[];
  perSecond: number;
  random: Random;
}

export interface Load {
  history: History;
  /** Starts nothing more, and waits until everything that was started has its answer. */
  stop: () => Promise<History>;
}

const incidents = ['backup_failed', 'disk_full', 'cpu_high', 'cert_expired', 'flux_capacitor_misaligned'];
const checks = ['a', 'b', 'c'];
const drifts = ['firewall', 'motd_banner', 'sshd_config'];

/** Incidents (some of them for nobody), drifts and evidence of many boxes, in an even stream, whatever the answers do. */
export function startLoad({ urls, adminKey, boxes, perSecond, random }: LoadOptions): Load {
  const history = newHistory();
  const underWay = new Set<Promise<void>>();
  const openOrders: { box: Box; orderId: string }[] = [];

  /** Most clients send a key; those in the field repeat the same body without one. */
  const headersOf = (): Record<string, string> =>
    random.between(0, 1) < 0.8 ? { 'idempotency-key': randomUUID() } : {};

  async function report(path: string, fields: Json): Promise<void> {
    const box = random.pick(boxes);
    const body = { site_id: box.siteId, host_id: box.hostId, pre_state: { run: randomUUID() }, ...fields };
    history.reported += 1;
    const answer = await persist(urls, path, { key: adminKey, body, headers: headersOf() }, history);
    if (answer === undefined) return;
    history.incidents.add(answer.body.incident_id);
    if (answer.body.order_id !== null) openOrders.push({ box, orderId: answer.body.order_id });
  }

  async function handIn(): Promise<void> {
    const open = openOrders.shift();
    const box = open?.box ?? random.pick(boxes);
    const outcome = random.pick(['success', 'success', 'failed']);
    const body = box.sign(box.bundle({ outcome, ...(open && { order_id: open.orderId }) }));
    history.handedIn += 1;
    const answer = await persist(urls, '/evidence', { key: adminKey, body }, history);
    if (answer !== undefined) history.evidence.add(answer.body.evidence_id);
  }

  function next(): Promise<void> {
    const draw = random.between(0, 1);
    if (draw < 0.45) {
      const kind = { incident_type: random.pick(incidents), check_type: random.pick(checks) };
      return report('/incidents', { ...kind, severity: 'high' });
    }
    if (draw < 0.65) return report('/drift', { check_type: random.pick(drifts), drifted: true });
    return handIn();
  }

  const began = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1_000) * perSecond; started < due; started += 1) {
      const work = next().finally(() => underWay.delete(work));
      underWay.add(work);
    }
  }, 10);

  return {
    history,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      return history;
    },
  };
}

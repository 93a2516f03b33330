import { asAppError, type ErrorKind } from '@countersign/shared/kernel';
import type { IncidentReport, ReportOptions } from '../client/report-incident.ts';
import type { Delivery, KeptRefusal, RefusalJournal } from './refusal-journal.ts';

export interface HandInOptions {
  journal: Pick<RefusalJournal, 'list' | 'update'>;
  submit: (evidence: string) => Promise<unknown>;
  reportIncident: (report: IncidentReport, options: ReportOptions) => Promise<unknown>;
}

/** Kinds of failure that a repeat of the same bytes will always meet. */
const final: readonly ErrorKind[] = ['invalid', 'conflict', 'too-large', 'unsupported', 'unprocessable'];

/**
 * Hands in the refusals that wait: the evidence, and the critical incident. What the server does not take now waits for
 * the next time; repeats carry the same bytes and keys. Throws only what is a fault of this machine.
 */
export async function handInRefusals({ journal, submit, reportIncident }: HandInOptions): Promise<void> {
  for (const refusal of journal.list().filter(isWaiting)) {
    let { evidenceState, incidentState } = refusal;
    // The incident first: it calls a person.
    if (incidentState === 'waiting') {
      const { incident, incidentKey: idempotencyKey } = refusal;
      incidentState = await deliver(() => reportIncident(incident, { idempotencyKey }));
    }
    if (evidenceState === 'waiting') evidenceState = await deliver(() => submit(refusal.evidence));
    if (evidenceState === refusal.evidenceState && incidentState === refusal.incidentState) continue;
    await journal.update({ ...refusal, evidenceState, incidentState });
  }
}

export const isWaiting = ({ evidenceState, incidentState }: KeptRefusal): boolean =>
  evidenceState === 'waiting' || incidentState === 'waiting';

async function deliver(send: () => Promise<unknown>): Promise<Delivery> {
  try {
    await send();
    return 'accepted';
  } catch (error) {
    const known = asAppError(error);
    if (known === undefined) throw error;
    // The server's clock catches up with one that is ahead.
    const isFinal = final.includes(known.kind) && known.code !== 'EVIDENCE.CLOCK_AHEAD';
    return isFinal ? `undeliverable: ${known.code}` : 'waiting';
  }
}

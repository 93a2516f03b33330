import {
  type DriftRequest,
  type IncidentRequest,
  type IncidentResponse,
  incidentResponse,
  noDriftResponse,
} from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { readAnswer, type Traced } from '../transport/read-answer.ts';
import type { SendRequest } from '../transport/send-request.ts';

type WithoutBox<Request> = Omit<Request, 'site_id' | 'host_id'>;
/** An incident of this box. */
export type IncidentReport = WithoutBox<IncidentRequest>;
/** The outcome of a configuration check of this box; `severity` is medium by default. */
export type DriftReport = Omit<WithoutBox<DriftRequest>, 'severity'> & Partial<Pick<DriftRequest, 'severity'>>;

export interface ReportOptions {
  /** The same key for the same report: then the answer is the first one. A new one by default. */
  idempotencyKey?: string | undefined;
}

export type NoDrift = Traced<ReturnType<typeof noDriftResponse.parse>>;

export interface Reports {
  reportIncident(report: IncidentReport, options?: ReportOptions): Promise<Traced<IncidentResponse>>;
  reportDrift(report: DriftReport, options?: ReportOptions): Promise<Traced<IncidentResponse> | NoDrift>;
}

export function createReports(send: SendRequest, siteId: string, hostId: string): Reports {
  const post = (path: string, report: object, { idempotencyKey = newId() }: ReportOptions = {}) =>
    send({
      method: 'POST',
      path,
      body: JSON.stringify({ site_id: siteId, host_id: hostId, ...report }),
      idempotencyKey,
    });
  return {
    async reportIncident(report, options) {
      return readAnswer(await post('/incidents', report, options), incidentResponse);
    },
    async reportDrift(report, options) {
      const answer = await post('/drift', report, options);
      return report.drifted ? readAnswer(answer, incidentResponse) : readAnswer(answer, noDriftResponse);
    },
  };
}

import type { LimitPolicyName } from '@countersign/shared/contracts';
import type { AcceptReport } from './accept-reports.ts';

/** Who wants to know what a limit let pass and refused. */
export interface ReportCounts {
  allow(policy: LimitPolicyName): void;
  block(policy: LimitPolicyName, subject: string): void;
}

/** The limit of reports is decided in the commit that accepts them; here it is only told. */
export function countReports(accept: AcceptReport, counts: ReportCounts): AcceptReport {
  return async (row) => {
    const intake = await accept(row);
    if (intake.outcome === 'accepted') counts.allow('site-reports');
    if (intake.outcome === 'limited') counts.block('site-reports', row.siteId);
    return intake;
  };
}

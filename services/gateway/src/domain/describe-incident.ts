import type { DriftRequest, IncidentReported, IncidentRequest } from '@countersign/shared/contracts';

type Reported = Omit<IncidentReported, 'incident_id' | 'reported_at' | 'principal_id'>;

export function describeIncident(request: IncidentRequest): Reported {
  return {
    site_id: request.site_id,
    host_id: request.host_id,
    incident_type: request.incident_type,
    check_type: request.check_type ?? null,
    severity: request.severity,
    details: request.details ?? {},
    pre_state: request.pre_state ?? {},
    hipaa_controls: request.hipaa_controls ?? [],
  };
}

/** A drift is an incident of type `drift:<check_type>`; what the appliance would do about it is kept as a detail. */
export function describeDrift(request: DriftRequest): Reported {
  return {
    site_id: request.site_id,
    host_id: request.host_id,
    incident_type: `drift:${request.check_type}`,
    check_type: request.check_type,
    severity: request.severity,
    details: request.recommended_action ? { recommended_action: request.recommended_action } : {},
    pre_state: request.pre_state ?? {},
    hipaa_controls: request.hipaa_controls ?? [],
  };
}

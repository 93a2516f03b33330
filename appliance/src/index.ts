/**
 * The reference appliance: the client half of Countersign, as small as its promises allow. It verifies every order on
 * its own before it acts, signs what it did, and keeps both promises over crashes. Shapes and codes: `README.md`.
 */
export { type ApplianceSettings } from './client/appliance-settings.ts';
export { type CheckInAnswer } from './client/check-in.ts';
export { type ApplianceClient, createApplianceClient } from './client/create-appliance-client.ts';
export { enrolAppliance, type Enrolment, type EnrolSettings } from './client/enrol-appliance.ts';
export { type DriftReport, type IncidentReport, type NoDrift, type ReportOptions } from './client/report-incident.ts';
export { type EvidenceBundle, signEvidence } from './evidence/sign-evidence.ts';
export { type HandledOrder } from './orders/handled-order.ts';
export { type Refusal, type RefusalCode } from './orders/order-refusal.ts';
export { type Execution } from './runbooks/execute-runbook.ts';
export { type KnownRunbooks } from './runbooks/known-runbooks.ts';
export { type ActionTaken, type RunbookRun, type RunbookRunner } from './runbooks/runbook-runner.ts';
export { createSimulatedRunner, type SimulationOptions } from './runbooks/simulated-runner.ts';
export { openSigningKey } from './state/signing-key.ts';
export { type OrderVerdict } from './state/order-journal.ts';
export { takeStateLock } from './state/state-lock.ts';
export { type Traced } from './transport/read-answer.ts';
export { type LieReason } from './witness/judge-answer.ts';
export { type RefusalStatement } from './witness/describe-refusal.ts';
export { type WitnessState } from './witness/witness-state.ts';

import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type Messaging, ReplyInbox } from '@countersign/shared/messaging';
import type { Pool, SiteScope } from '@countersign/shared/persistence';
import { createAcceptEvents } from './features/accept-intake/accept-events.ts';
import { countReports } from './features/accept-intake/count-reports.ts';
import { createAcceptReports } from './features/accept-intake/accept-reports.ts';
import {
  acknowledgeOrder,
  AcknowledgeOrderController,
} from './features/acknowledge-order/acknowledge-order.controller.ts';
import { createAcknowledgeOrder } from './features/acknowledge-order/acknowledge-order.handler.ts';
import { checkIn, CheckInController } from './features/check-in/check-in.controller.ts';
import { createCheckIn } from './features/check-in/check-in.handler.ts';
import {
  describeEvidence,
  DescribeEvidenceController,
} from './features/describe-evidence/describe-evidence.controller.ts';
import { createDescribeEvidence } from './features/describe-evidence/describe-evidence.handler.ts';
import { exportKit, ExportKitController } from './features/export-kit/export-kit.controller.ts';
import { createExportKit } from './features/export-kit/export-kit.handler.ts';
import { extendRetention, ExtendRetentionController } from './features/extend-retention/extend-retention.controller.ts';
import { createExtendRetention } from './features/extend-retention/extend-retention.handler.ts';
import {
  proveConsistency,
  ProveConsistencyController,
} from './features/prove-consistency/prove-consistency.controller.ts';
import { createProveConsistency } from './features/prove-consistency/prove-consistency.handler.ts';
import { proveRecord, ProveRecordController } from './features/prove-record/prove-record.controller.ts';
import { createProveRecord } from './features/prove-record/prove-record.handler.ts';
import { readAudit, ReadAuditController } from './features/read-audit/read-audit.controller.ts';
import { createReadAudit } from './features/read-audit/read-audit.handler.ts';
import { readCheckpoint, ReadCheckpointController } from './features/read-checkpoint/read-checkpoint.controller.ts';
import { createReadCheckpoint } from './features/read-checkpoint/read-checkpoint.handler.ts';
import { readLedgerKey, ReadLedgerKeyController } from './features/read-ledger-key/read-ledger-key.controller.ts';
import { createReadLedgerKey } from './features/read-ledger-key/read-ledger-key.handler.ts';
import { readTile, ReadTileController } from './features/read-tile/read-tile.controller.ts';
import { createReadTile } from './features/read-tile/read-tile.handler.ts';
import { setLegalHold, SetLegalHoldController } from './features/set-legal-hold/set-legal-hold.controller.ts';
import { createSetLegalHold } from './features/set-legal-hold/set-legal-hold.handler.ts';
import { LimitGuard, limitPrincipal } from './features/limit-requests/limit.guard.ts';
import type { Limits } from './features/limit-requests/open-limits.ts';
import { listEvidence, ListEvidenceController } from './features/list-evidence/list-evidence.controller.ts';
import { createListEvidence } from './features/list-evidence/list-evidence.handler.ts';
import { listRunbooks, ListRunbooksController } from './features/list-runbooks/list-runbooks.controller.ts';
import { createListRunbooks } from './features/list-runbooks/list-runbooks.handler.ts';
import { pollOrders, PollOrdersController } from './features/poll-orders/poll-orders.controller.ts';
import { createPollOrders } from './features/poll-orders/poll-orders.handler.ts';
import { readHealth, ReadHealthController } from './features/read-health/read-health.controller.ts';
import { createReadHealth } from './features/read-health/read-health.handler.ts';
import { readLimits, ReadLimitsController } from './features/read-limits/read-limits.controller.ts';
import { createReadLimits } from './features/read-limits/read-limits.handler.ts';
import { readOrderKeys, ReadOrderKeysController } from './features/read-order-keys/read-order-keys.controller.ts';
import { createReadOrderKeys } from './features/read-order-keys/read-order-keys.handler.ts';
import { readStats, ReadStatsController } from './features/read-stats/read-stats.controller.ts';
import { createReadStats } from './features/read-stats/read-stats.handler.ts';
import { enrolAppliance, EnrolApplianceController } from './features/enrol-appliance/enrol-appliance.controller.ts';
import { createEnrolAppliance } from './features/enrol-appliance/enrol-appliance.handler.ts';
import {
  manageEnrolmentTokens,
  ManageEnrolmentTokensController,
} from './features/manage-enrolment-tokens/manage-enrolment-tokens.controller.ts';
import { createManageEnrolmentTokens } from './features/manage-enrolment-tokens/manage-enrolment-tokens.handler.ts';
import { setSitePolicy, SetSitePolicyController } from './features/set-site-policy/set-site-policy.controller.ts';
import { createSetSitePolicy } from './features/set-site-policy/set-site-policy.handler.ts';
import { createFindOutcome } from './features/report-incident/find-outcome.ts';
import { reportIncident, ReportIncidentController } from './features/report-incident/report-incident.controller.ts';
import { createReportIncident } from './features/report-incident/report-incident.handler.ts';
import { createSubmitBundle } from './features/submit-evidence/submit-bundle.ts';
import { submitEvidence, SubmitEvidenceController } from './features/submit-evidence/submit-evidence.controller.ts';
import { createSubmitEvidence } from './features/submit-evidence/submit-evidence.handler.ts';
import { CertificateGuard, certificatesAreAsked } from './features/verify-certificate/certificate.guard.ts';
import { uploadEvidence, UploadEvidenceController } from './features/upload-evidence/upload-evidence.controller.ts';
import { createUploadEvidence } from './features/upload-evidence/upload-evidence.handler.ts';
import { PrincipalGuard, verifyCredential } from './features/verify-principal/principal.guard.ts';
import type { TokenIssuer } from './features/verify-principal/token-issuers.ts';
import { createVerifyCredential } from './features/verify-principal/verify-credential.ts';
import { createClaimNonce } from './features/verify-signature/claim-nonce.ts';
import { SignatureGuard, verifySignature } from './features/verify-signature/signature.guard.ts';
import { createVerifySignature } from './features/verify-signature/verify-signature.ts';
import type { GatewaySettings } from './gateway.config.ts';
import { EnrolmentTokenRepository } from './persistence/enrolment-token.repository.ts';
import { EnrolmentRepository } from './persistence/enrolment.repository.ts';
import { IntakeRepository } from './persistence/intake.repository.ts';
import { NonceRepository } from './persistence/nonce.repository.ts';
import type { PrincipalRepository } from './persistence/principal.repository.ts';
import { SitePolicyRepository } from './persistence/site-policy.repository.ts';

export interface GatewayParts {
  settings: GatewaySettings;
  pool: Pool;
  sites: SiteScope;
  messaging: Messaging;
  inbox: ReplyInbox;
  principals: PrincipalRepository;
  issuers: readonly TokenIssuer[];
  intake: IntakeRepository;
  limits: Limits;
}

/** Binds the gateway's functions to its doors. */
@Module({})
export class AppModule {
  static with({
    settings,
    pool,
    sites,
    messaging,
    inbox,
    principals,
    issuers,
    intake,
    limits,
  }: GatewayParts): DynamicModule {
    const { requester, downloads } = messaging;
    const publish: Messaging['publish'] = (rows) => messaging.publish(rows);
    const tokens = new EnrolmentTokenRepository(pool, sites);
    const replyWaitMs = settings.REPLY_WAIT_MS;
    const waiting = { repository: intake, messaging, inbox, replyWaitMs, backlogLimit: settings.INTAKE_BACKLOG_LIMIT };
    const limit = limits.policies['site-reports'];
    const claimNonce = createClaimNonce(new NonceRepository(pool));
    const submitBundle = createSubmitBundle(
      createAcceptEvents({ ...waiting, subject: 'gateway.evidence-submitted.v1' }),
      inbox.subject,
    );
    const report = createReportIncident({
      acceptReport: countReports(createAcceptReports(waiting), limits.statistics),
      findOutcome: createFindOutcome(requester, replyWaitMs),
      limit,
      claimNonce,
      replyto: inbox.subject,
    });
    return {
      module: AppModule,
      controllers: [
        ReadHealthController,
        CheckInController,
        AcknowledgeOrderController,
        PollOrdersController,
        ReportIncidentController,
        UploadEvidenceController,
        SubmitEvidenceController,
        ListEvidenceController,
        ListRunbooksController,
        ReadStatsController,
        ReadOrderKeysController,
        ReadLimitsController,
        ReadAuditController,
        DescribeEvidenceController,
        ExportKitController,
        ExtendRetentionController,
        ProveConsistencyController,
        ProveRecordController,
        ReadCheckpointController,
        ReadLedgerKeyController,
        ReadTileController,
        SetLegalHoldController,
        ManageEnrolmentTokensController,
        EnrolApplianceController,
        SetSitePolicyController,
      ],
      providers: [
        { provide: verifyCredential, useFactory: () => createVerifyCredential(principals, issuers) },
        { provide: APP_GUARD, useClass: PrincipalGuard },
        { provide: certificatesAreAsked, useValue: settings.TLS_CLIENT_CA_FILE !== undefined },
        { provide: APP_GUARD, useClass: CertificateGuard },
        {
          provide: verifySignature,
          useFactory: () =>
            createVerifySignature({
              claimNonce,
              windowSeconds: settings.SIGNATURE_WINDOW_SECONDS,
            }),
        },
        { provide: APP_GUARD, useClass: SignatureGuard },
        { provide: limitPrincipal, useFactory: () => limits.limitPrincipal },
        { provide: APP_GUARD, useClass: LimitGuard },
        {
          provide: readHealth,
          useFactory: () => createReadHealth({ checkDatabase: () => pool.query('select 1'), messaging }),
        },
        { provide: checkIn, useFactory: () => createCheckIn(requester, intake) },
        { provide: pollOrders, useFactory: () => createPollOrders(requester) },
        { provide: acknowledgeOrder, useFactory: () => createAcknowledgeOrder(requester) },
        { provide: reportIncident, useFactory: () => report },
        { provide: submitEvidence, useFactory: () => createSubmitEvidence(submitBundle) },
        { provide: uploadEvidence, useFactory: () => createUploadEvidence(submitBundle, settings.WORM_RETENTION_DAYS) },
        { provide: listEvidence, useFactory: () => createListEvidence(requester) },
        { provide: listRunbooks, useFactory: () => createListRunbooks(requester) },
        { provide: readOrderKeys, useFactory: () => createReadOrderKeys(requester) },
        { provide: readAudit, useFactory: () => createReadAudit(requester) },
        { provide: readStats, useFactory: () => createReadStats(requester) },
        {
          provide: readLimits,
          useFactory: () => createReadLimits({ ...limits, blockedAddresses: () => limits.addresses.blockedNow() }),
        },
        { provide: describeEvidence, useFactory: () => createDescribeEvidence(requester) },
        { provide: exportKit, useFactory: () => createExportKit(downloads) },
        { provide: extendRetention, useFactory: () => createExtendRetention(requester) },
        { provide: proveConsistency, useFactory: () => createProveConsistency(requester) },
        { provide: proveRecord, useFactory: () => createProveRecord(requester) },
        { provide: readCheckpoint, useFactory: () => createReadCheckpoint(requester) },
        { provide: readLedgerKey, useFactory: () => createReadLedgerKey(requester) },
        { provide: readTile, useFactory: () => createReadTile(requester, downloads) },
        { provide: setLegalHold, useFactory: () => createSetLegalHold(requester) },
        { provide: manageEnrolmentTokens, useFactory: () => createManageEnrolmentTokens(tokens, publish) },
        {
          provide: enrolAppliance,
          useFactory: () =>
            createEnrolAppliance({ tokens, repository: new EnrolmentRepository(pool), requester, publish }),
        },
        { provide: setSitePolicy, useFactory: () => createSetSitePolicy(new SitePolicyRepository(pool), publish) },
      ],
    };
  }
}

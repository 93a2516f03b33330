/** Names of span attributes and log fields. Those with `countersign.` are ours, the others are OpenTelemetry's. */
export const attributes = {
  /** On a span: keep it although the ratio said no. */
  keep: 'countersign.keep',
  requestId: 'countersign.request.id',
  siteId: 'countersign.site.id',
  applianceId: 'countersign.appliance.id',
  incidentId: 'countersign.incident.id',
  orderId: 'countersign.order.id',
  runbookId: 'countersign.runbook.id',
  bundleId: 'countersign.bundle.id',
  resolutionTier: 'countersign.resolution.tier',
  consumer: 'countersign.consumer',
  eventId: 'countersign.event.id',
  eventType: 'countersign.event.type',
  batchId: 'countersign.batch.id',
  vaultKey: 'countersign.vault.key',

  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingBatchSize: 'messaging.batch.message_count',
  dbSystem: 'db.system.name',
  dbQuery: 'db.query.summary',
} as const;

/** What a span may carry. Never a secret: traces leave the machine. */
export type SpanAttributes = Record<string, string | number | boolean | readonly string[] | undefined>;

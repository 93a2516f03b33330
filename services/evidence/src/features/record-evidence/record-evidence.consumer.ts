import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEvents } from '@countersign/shared/messaging';
import { recordDurable } from '../../domain/durables.ts';
import type { RecordEvidence } from './record-evidence.handler.ts';

export const recordEvidence = Symbol('recordEvidence');

@Controller()
export class RecordEvidenceConsumer {
  constructor(@Inject(recordEvidence) private readonly handle: RecordEvidence) {}

  /** Few messages at once: each may hold half a megabyte of documents. */
  @OnEvents('gateway.evidence-submitted.v1', { durable: recordDurable, maxMessages: 16 })
  record(events: EventEnvelope[]) {
    return this.handle(events);
  }
}

import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { WitnessCheckpoint } from './witness-checkpoint.handler.ts';

export const witnessCheckpoint = Symbol('witnessCheckpoint');

@Controller()
export class WitnessCheckpointController {
  constructor(@Inject(witnessCheckpoint) private readonly handle: WitnessCheckpoint) {}

  @OnRequest('rpc.evidence.witness.v1')
  witness(items: RequestOf<'rpc.evidence.witness.v1'>[]) {
    return this.handle(items);
  }
}

import { Controller, Inject } from '@nestjs/common';
import type { DownloadRequestOf } from '@countersign/shared/contracts';
import { type DownloadContext, OnDownload } from '@countersign/shared/messaging';
import type { ExportKit } from './export-kit.handler.ts';

export const exportKit = Symbol('exportKit');

@Controller()
export class ExportKitController {
  constructor(@Inject(exportKit) private readonly handle: ExportKit) {}

  @OnDownload('rpc.evidence.export-kit.v1', { atOnce: 4 })
  export(item: DownloadRequestOf<'rpc.evidence.export-kit.v1'>, context: unknown) {
    return this.handle(item, context as DownloadContext);
  }
}

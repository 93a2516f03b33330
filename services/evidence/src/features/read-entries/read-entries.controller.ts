import { Controller, Inject } from '@nestjs/common';
import type { DownloadRequestOf } from '@countersign/shared/contracts';
import { OnDownload } from '@countersign/shared/messaging';
import type { ReadEntries } from './read-entries.handler.ts';

export const readEntries = Symbol('readEntries');

@Controller()
export class ReadEntriesController {
  constructor(@Inject(readEntries) private readonly handle: ReadEntries) {}

  @OnDownload('rpc.evidence.read-entries.v1')
  read(item: DownloadRequestOf<'rpc.evidence.read-entries.v1'>) {
    return this.handle(item);
  }
}

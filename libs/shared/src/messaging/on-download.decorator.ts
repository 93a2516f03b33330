import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { DownloadName } from '../contracts/index.ts';

export interface DownloadExtras {
  /** Prepared at the same moment by one process; a few more wait their turn. 4 by default. */
  atOnce?: number;
}

/**
 * Binds a method to a download of the catalogue: it gets the question and a `DownloadContext`, and returns an
 * `AsyncIterable<Uint8Array>`; see `DownloadHandler`.
 */
export function OnDownload(name: DownloadName, extras: DownloadExtras = {}): MethodDecorator {
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    return MessagePattern(name, extras as Record<string, unknown>)(target, key, descriptor);
  };
}

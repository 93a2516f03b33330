import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import type { Downloads } from '@countersign/shared/messaging';
import { kitQuestion, nameOfKit } from '../../domain/describe-kit.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ExportKit = (params: unknown, query: unknown, facts: RequestFacts) => Promise<MediaAnswer>;

/** Passes the kit on while evidence makes it, as fast as the caller takes it. */
export function createExportKit(downloads: Downloads): ExportKit {
  return async (params, query, { signal, traceparent }) => {
    const question = kitQuestion.parse({ ...(query as object), ...(params as object) });
    const pieces = await downloads.open('rpc.evidence.export-kit.v1', question, { signal, traceparent });
    return new MediaAnswer(routeCatalog.exportKit.produces, pieces, {
      'content-disposition': `attachment; filename="${nameOfKit(question)}"`,
    });
  };
}

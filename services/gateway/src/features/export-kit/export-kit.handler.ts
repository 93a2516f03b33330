import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import type { Downloads } from '@countersign/shared/messaging';
import { kitQuestion, nameOfKit } from '../../domain/describe-kit.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ExportKit = (params: unknown, query: unknown, facts: RequestFacts) => Promise<MediaAnswer>;

/** A kit is put together before its first byte leaves; a large one reads thousands of bundles. */
const preparedInMs = 300_000;

/** Passes the kit on as fast as the caller takes it. */
export function createExportKit(downloads: Downloads): ExportKit {
  return async (params, query, facts) => {
    const question = kitQuestion.parse({ ...(query as object), ...(params as object) });
    const options = { timeoutMs: preparedInMs, signal: facts.signal, traceparent: facts.traceparent };
    facts.allowSilence(preparedInMs + 10_000);
    const opening = downloads.open('rpc.evidence.export-kit.v1', question, options);
    const pieces = await opening.finally(() => facts.allowSilence());
    return new MediaAnswer(routeCatalog.exportKit.produces, pieces, {
      'content-disposition': `attachment; filename="${nameOfKit(question)}"`,
    });
  };
}

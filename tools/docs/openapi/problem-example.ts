import { errorCatalog, type ErrorCode } from '@countersign/shared/contracts';
import type { Json } from '../json.ts';
import { exampleNames } from './example-names.ts';

/** A problem document as the gateway writes it. */
export function problemExample(code: ErrorCode, status: number, path: string): Json {
  const { meaning, remedy } = errorCatalog[code];
  return {
    type: `urn:countersign:error:${code}`,
    title: meaning,
    status,
    instance: examplePath(path),
    error_code: code,
    request_id: '01933a5e-7c20-7b3e-9f0d-1c2d3e4f5a6b',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    remedy,
  };
}

/** A path with something in each place. */
function examplePath(path: string): string {
  const values: Record<string, string> = exampleNames;
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!).replace('*', 'x001/067');
}

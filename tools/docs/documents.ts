import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAsyncapi } from './asyncapi/build-asyncapi.ts';
import type { Document } from './document.ts';
import { renderErrorPage } from './errors/render-error-page.ts';
import { goldenDocuments } from './golden/golden-events.ts';
import { printJson } from './json.ts';
import { buildOpenapi } from './openapi/build-openapi.ts';

/** Every document that is made from the contracts, as it should be now. */
export function renderDocuments(root: string): Document[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return [
    { file: 'docs/events.asyncapi.json', text: printJson(buildAsyncapi(version)) },
    { file: 'docs/gateway.openapi.json', text: printJson(buildOpenapi(version)) },
    { file: 'docs/errors.md', text: renderErrorPage() },
    ...goldenDocuments(),
  ];
}

/** Those that are committed otherwise, or not at all. */
export function findStale(root: string, documents: readonly Document[]): Document[] {
  return documents.filter(({ file, text }) => readText(join(root, file)) !== text);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import {
  downloadCatalog,
  errorCatalog,
  eventCatalog,
  requestCatalog,
  routeCatalog,
  streams,
} from '@countersign/shared/contracts';
import { describe, expect, it } from 'vitest';
import { findStale, renderDocuments } from './documents.ts';
import type { Json } from './json.ts';

const documents = renderDocuments('.');
const textOf = (file: string) => documents.find((document) => document.file === file)!.text;
const [asyncapi, openapi] = ['docs/events.asyncapi.json', 'docs/gateway.openapi.json'].map(
  (file) => JSON.parse(textOf(file)) as Json,
) as [Json, Json];

/** Every `$ref` of a document that leads nowhere. */
function findDangling(document: Json): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  return references.filter((path) => {
    let at: unknown = document;
    for (const key of path.split('/')) at = (at as Record<string, unknown> | undefined)?.[key];
    return at === undefined;
  });
}

describe('the documents', () => {
  it('are the same however often they are made', () => {
    expect(renderDocuments('.')).toEqual(documents);
  });

  it('are named when they are stale or missing', () => {
    const [first] = documents;
    const changed = { ...first!, text: `${first!.text} ` };
    const missing = { file: 'docs/nowhere.md', text: '' };
    expect(findStale('.', [changed, missing]).map(({ file }) => file)).toEqual([first!.file, 'docs/nowhere.md']);
  });

  it('name no machine', () => {
    const telling = documents.filter(({ text }) => /\/(home|root|work|tmp|Users)\//.test(text));
    expect(telling.map(({ file }) => file)).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const isValid = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);
    isValid(asyncapi);
    expect(isValid.errors).toBeNull();
    expect(findDangling(asyncapi)).toEqual([]);
  });

  it('has a channel for every event and request, and says which stream keeps an event', () => {
    const channels = asyncapi['channels'] as Record<string, Json>;
    expect(Object.keys(channels)).toEqual(
      expect.arrayContaining(
        [eventCatalog, requestCatalog, downloadCatalog].flatMap((catalog) => Object.keys(catalog)),
      ),
    );
    for (const { name, subjects } of streams) {
      for (const subject of subjects)
        expect(channels[subject]).toMatchObject({ address: subject, 'x-jetstream': { stream: name } });
    }
  });

  it('names owner and consumers of every event, and who asks and who answers every request', () => {
    const names = Object.keys(asyncapi['operations'] as Json);
    for (const [event, { owner, consumers }] of Object.entries(eventCatalog)) {
      expect(names).toContain(`${owner}.sends.${event}`);
      for (const service of consumers) expect(names).toContain(`${service}.receives.${event}`);
    }
    const listens = new Set(Object.values(eventCatalog).flatMap(({ consumers }) => [...consumers] as string[]));
    for (const [request, { owner }] of Object.entries(requestCatalog)) {
      expect(names).toContain(`${owner}.answers.${request}`);
      // Who asks for missing effects is who sends what the owner consumes: nobody, while it consumes nothing.
      if (request.includes('.missing-effects.') && !listens.has(owner)) continue;
      expect(names.some((name) => name.endsWith(`.asks.${request}`))).toBe(true);
    }
    for (const [download, { owner }] of Object.entries(downloadCatalog)) {
      expect(names).toContain(`${owner}.serves.${download}`);
      expect(names.some((name) => name.endsWith(`.opens.${download}`))).toBe(true);
    }
  });
});

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openapi));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(findDangling(openapi)).toEqual([]);
  });

  it('has every route of the catalogue, and the probes', () => {
    const paths = openapi['paths'] as Record<string, Record<string, Json>>;
    for (const [name, { method, path }] of Object.entries(routeCatalog)) {
      expect(paths[path.replace('*', '{path}')]?.[method.toLowerCase()]?.['operationId']).toBe(name);
    }
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/livez', '/readyz', '/startupz']));
  });

  it('names every error code where it can come; an unknown route belongs to no route', () => {
    const paths = JSON.stringify(openapi['paths']);
    const unnamed = Object.keys(errorCatalog).filter((code) => !paths.includes(`"${code}"`));
    expect(unnamed).toEqual(['REQUEST.NOT_FOUND']);
  });

  it('asks for a credential on every route but the health ones, the key of the ledger and enrolment', () => {
    const paths = openapi['paths'] as Record<string, Record<string, Json>>;
    const open = Object.entries(paths).filter(([, methods]) =>
      Object.values(methods).some(({ security }) => security !== undefined),
    );
    expect(open.map(([path]) => path).toSorted()).toEqual([
      '/enrol',
      '/health',
      '/ledger/key',
      '/livez',
      '/readyz',
      '/startupz',
    ]);
  });
});

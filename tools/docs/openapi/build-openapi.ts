import type { z } from 'zod';
import { type RouteContract, routeCatalog, type RouteName, uploadedBundle } from '@countersign/shared/contracts';
import { describeSchemas, nameOfSchema } from '../describe-schema.ts';
import type { Json } from '../json.ts';
import { describeRoute } from './describe-route.ts';
import { pathOf, sharedParameters } from './parameters.ts';
import { probePaths, probeReport } from './probes.ts';
import { problemSchema } from './problem.ts';
import { sharedHeaders } from './responses.ts';

const routes: [RouteName, RouteContract][] = Object.entries(routeCatalog) as [RouteName, RouteContract][];

/** The OpenAPI 3.1 document of the gateway. */
export function buildOpenapi(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign gateway',
      version,
      summary: 'The control plane of a fleet of compliance appliances.',
      description:
        'Appliances check in, report incidents and drifts, poll for signed orders, and hand in signed evidence. ' +
        'What is made to prove something offline is no JSON: kits, tiles, checkpoints. Every success is a 200. Every failure is `application/problem+json`; an unknown route is `REQUEST.NOT_FOUND`. ' +
        'Within a version only optional fields are added: ignore what you do not know.',
    },
    servers: [
      { url: 'http://{host}:{port}', variables: { host: { default: '127.0.0.1' }, port: { default: '8000' } } },
    ],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: ['appliances', 'orders', 'incidents', 'evidence', 'ledger', 'runbooks', 'fleet', 'health'].map((name) => ({
      name,
    })),
    paths: buildPaths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            '`Authorization: Bearer <key or token>`: an API key (`npm run keys` makes them), or a JSON Web Token.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same credential in a header of its own.',
        },
      },
      parameters: sharedParameters,
      headers: sharedHeaders,
      schemas: buildSchemas(),
    },
  };
}

function buildPaths(): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const [name, route] of routes) {
    const operation = describeRoute(name, route);
    const path = (paths[pathOf(route)] ??= {});
    path[route.method.toLowerCase()] = operation;
    if (name === 'health') path['head'] = headOf(operation);
  }
  return { ...paths, ...probePaths };
}

function headOf(operation: Json): Json {
  const responses = {
    '200': { description: 'Everything is there.' },
    '503': { description: 'A dependency is missing.' },
  };
  return { ...operation, operationId: `${String(operation['operationId'])}Head`, responses };
}

function buildSchemas(): Record<string, Json> {
  const named = (schemas: readonly z.ZodType[]) =>
    new Map(schemas.map((schema) => [nameOfRouteSchema(schema), schema]));
  const requests = named([...routes.flatMap(([, route]) => (route.body ? [route.body] : [])), uploadedBundle]);
  const responses = named(routes.flatMap(([, route]) => route.responses));
  return {
    Problem: problemSchema,
    ProbeReport: probeReport,
    ...describeSchemas(requests, 'input', 'draft-2020-12'),
    ...describeSchemas(responses, 'output', 'draft-2020-12'),
  };
}

function nameOfRouteSchema(schema: z.ZodType): string {
  const name = nameOfSchema(schema);
  if (name === undefined)
    throw new Error('A route uses a schema that the contracts do not export: export it, so that it has a name.');
  return name;
}

import { limitOfRoute, type RouteContract, type RouteName } from '@countersign/shared/contracts';
import { nameOfSchema } from '../describe-schema.ts';
import type { Json } from '../json.ts';
import { codesOfRoute } from './codes-of-route.ts';
import { examples } from './examples.ts';
import { parametersOf } from './parameters.ts';
import { named, responsesOf } from './responses.ts';

const tags: Record<RouteName, string> = {
  health: 'health',
  checkIn: 'appliances',
  pollOrders: 'orders',
  acknowledgeOrder: 'orders',
  reportIncident: 'incidents',
  reportDrift: 'incidents',
  submitEvidence: 'evidence',
  listEvidence: 'evidence',
  uploadEvidence: 'evidence',
  exportKit: 'evidence',
  describeEvidence: 'evidence',
  proveEvidence: 'evidence',
  setLegalHold: 'evidence',
  extendRetention: 'evidence',
  proveOrder: 'orders',
  proveIncident: 'incidents',
  readCheckpoint: 'ledger',
  readLedgerKey: 'ledger',
  readTile: 'ledger',
  readEntries: 'ledger',
  proveConsistency: 'ledger',
  createEnrolmentToken: 'appliances',
  listEnrolmentTokens: 'appliances',
  revokeEnrolmentToken: 'appliances',
  enrol: 'appliances',
  readSitePolicy: 'appliances',
  setSitePolicy: 'appliances',
  listRunbooks: 'runbooks',
  readStats: 'fleet',
  readLimits: 'fleet',
  readMetrics: 'fleet',
  readAudit: 'ledger',
  readOrderKeys: 'fleet',
};

/** One operation of the document, from the contract of its route. */
export function describeRoute(name: RouteName, route: RouteContract): Json {
  return {
    operationId: name,
    tags: [tags[name]],
    summary: route.summary,
    description: describeRules(route),
    ...(route.scope === null && { security: [] }),
    parameters: parametersOf(name, route),
    ...bodyOf(name, route),
    responses: responsesOf(name, route, codesOfRoute(name, route)),
    ...(route.scope !== null && { 'x-scope': route.scope }),
  };
}

function describeRules({ scope, site, limited, limit, method, idempotent, maxBytes }: RouteContract): string {
  const sites = { body: 'the body', path: 'the path', header: 'the header `X-Client-ID`', query: 'the query' };
  return [
    scope === null ? 'Needs no credential.' : `Needs the scope \`${scope}\`.`,
    ...(site === null
      ? []
      : [`A credential that is bound to a site is refused when ${sites[site]} names another one.`]),
    ...(limited ? ['Limited per site: by default 10 requests of this kind in any 5 minutes.'] : []),
    ...(scope === null ? [] : [`Counted per principal by the limit \`${limitOfRoute({ limit, method })}\`.`]),
    ...(idempotent && !limited
      ? ['The same bundle under the same id returns the first answer; another one under that id is a 409.']
      : []),
    ...(maxBytes === undefined ? [] : [`The body may have ${maxBytes} bytes.`]),
  ].join(' ');
}

function bodyOf(name: RouteName, route: RouteContract): Json {
  if (route.multipart) return { requestBody: { required: true, content: { 'multipart/form-data': uploadBody } } };
  if (route.body === undefined) return {};
  const schema = { $ref: `#/components/schemas/${nameOfSchema(route.body)}` };
  const example = examples[name].request;
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema, ...(example && { examples: named({ example }) }) } },
    },
  };
}

const uploadBody: Json = {
  schema: {
    type: 'object',
    required: ['bundle'],
    properties: {
      bundle: {
        type: 'string',
        contentMediaType: 'application/json',
        description:
          'The bundle as a file (`UploadedBundle`). It is kept byte for byte, and the signature covers these bytes.',
      },
      signature: {
        type: 'string',
        contentMediaType: 'application/octet-stream',
        description: 'Ed25519 over the bytes of `bundle`: 64 raw bytes, or 128 hex characters.',
      },
    },
  },
  encoding: {
    bundle: { contentType: 'application/json' },
    signature: { contentType: 'application/octet-stream, text/plain' },
  },
};

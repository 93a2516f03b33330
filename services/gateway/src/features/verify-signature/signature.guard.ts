import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import type { RequestWithRawBody } from '@countersign/shared/http';
import type { NonceClaim } from '../../domain/nonce-claim.ts';
import { nonceKey, principalOf } from '../answer-requests/facts.decorator.ts';
import { routeMetadata } from '../answer-requests/route.decorator.ts';
import { followBody } from './streamed-digest.ts';
import type { SignableRequest, VerifySignature } from './verify-signature.ts';

export const verifySignature = Symbol('verifySignature');

type SiteRequest = RequestWithRawBody & { [nonceKey]?: NonceClaim };

/**
 * Their handler takes the nonce in the commit that accepts the report: a statement less for each. Until then a replay
 * counts as one of the requests that its principal may make.
 */
const noncesOfHandlers: ReadonlySet<RouteName> = new Set(['reportIncident', 'reportDrift']);

/**
 * After the guard that says who it is, and before anything is counted: was it this appliance that sent just this? Who has
 * stolen a credential cannot use up what its owner may do.
 */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(@Inject(verifySignature) private readonly verify: VerifySignature) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<SiteRequest>();
    const principal = principalOf(request);
    if (principal === undefined) return true;
    const name = Reflect.getMetadata(routeMetadata, context.getHandler()) as RouteName;
    const route: RouteContract = routeCatalog[name];
    const signable = signableOf(request, route);
    if (noncesOfHandlers.has(name)) signable.keepNonce = (claim) => void (request[nonceKey] = claim);
    return this.verify(principal, route, signable)?.then(() => true) ?? true;
  }
}

function signableOf(request: SiteRequest, route: RouteContract): SignableRequest {
  const { raw, headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return {
    method: raw.method ?? '',
    target: raw.url ?? '',
    rawHeaders: raw.rawHeaders,
    hasBody,
    isSigned: headers['signature'] !== undefined || headers['signature-input'] !== undefined,
    hasDigest(digest) {
      if (request.rawBody !== undefined) return sha256Hex(request.rawBody) === digest;
      if (route.multipart === true && isMultipart(request)) {
        followBody(raw, digest);
        return undefined;
      }
      // A body that nobody parses (of a GET) is none that could be signed.
      return !hasBody && digest === sha256Hex('');
    },
  };
}

const isMultipart = (request: FastifyRequest): boolean =>
  (request.isMultipart as (() => boolean) | undefined)?.call(request) ?? false;

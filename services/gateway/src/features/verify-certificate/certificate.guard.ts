import { TLSSocket } from 'node:tls';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../answer-requests/facts.decorator.ts';
import { admitCertificate, type PresentedCertificate } from './admit-certificate.ts';

/** True where clients are asked for a certificate. */
export const certificatesAreAsked = Symbol('certificatesAreAsked');

/** After the guard that says who it is by its credential: does the connection say the same? */
@Injectable()
export class CertificateGuard implements CanActivate {
  constructor(@Inject(certificatesAreAsked) private readonly isAsked: boolean) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.isAsked) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = principalOf(request);
    if (principal !== undefined) admitCertificate(principal, certificateOf(request));
    return true;
  }
}

function certificateOf({ raw: { socket } }: FastifyRequest): PresentedCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const { CN: name } = subject;
  return { isTrusted: socket.authorized, name: typeof name === 'string' ? name : undefined };
}

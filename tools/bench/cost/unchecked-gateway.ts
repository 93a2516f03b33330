/**
 * The gateway of a measurement of what its checks cost: the program that runs everywhere, with the guards of credential,
 * certificate, signature and limits taken out, and the limits of sites too, before it puts itself together. That is done
 * here, from outside: nothing in the gateway can be told to leave a check out. It is started by tools/bench/cost alone,
 * on a system that lives for one measurement.
 *
 * Compiled code, since the gateway is compiled: both must be the same instance of each module.
 */
import 'reflect-metadata';
import { APP_GUARD } from '@nestjs/core';
import type { ExecutionContext, Provider } from '@nestjs/common';
import { type Principal, scopes } from '@countersign/shared/contracts';
import { AppModule, type GatewayParts } from '../../../services/gateway/dist/app.module.js';
import { principalKey } from '../../../services/gateway/dist/features/answer-requests/facts.decorator.js';
import { acceptWithoutLimits } from './accept-without-limits.ts';

const anybody: Principal = {
  id: '00000000-0000-7000-8000-000000000000',
  kind: 'administrator',
  name: 'anybody',
  siteId: null,
  namespace: 'default',
  scopes,
  hostId: null,
  epoch: null,
  publicKey: null,
  policy: null,
};

/** Admits whoever comes, and asks nothing. */
const openDoor = {
  canActivate(context: ExecutionContext): true {
    context.switchToHttp().getRequest<{ [principalKey]?: Principal }>()[principalKey] = anybody;
    return true;
  },
};

const isGuard = (provider: Provider): boolean => (provider as { provide?: unknown }).provide === APP_GUARD;

const compose = AppModule.with.bind(AppModule);
AppModule.with = (parts: GatewayParts) => {
  parts.intake.acceptReports = (rows, outbox) => acceptWithoutLimits(parts.pool, rows, outbox);
  const module = compose(parts);
  const kept = (module.providers ?? []).filter((provider) => !isGuard(provider));
  return { ...module, providers: [...kept, { provide: APP_GUARD, useValue: openDoor }] };
};

await import('../../../services/gateway/dist/main.js');

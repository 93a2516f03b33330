import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type HealthReport, HealthState } from './health-state.ts';

function answer(reply: FastifyReply, { ok, body }: HealthReport): Record<string, unknown> {
  void reply.status(ok ? 200 : 503);
  return body;
}

/** The three probes. They need no credential and name no host, user or version. */
@Controller()
export class HealthController {
  readonly #health: HealthState;

  constructor(@Inject(HealthState) health: HealthState) {
    this.#health = health;
  }

  @Get('livez')
  live(@Res({ passthrough: true }) reply: FastifyReply): Record<string, unknown> {
    return answer(reply, this.#health.live());
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Record<string, unknown>> {
    return answer(reply, await this.#health.ready());
  }

  @Get('startupz')
  startup(@Res({ passthrough: true }) reply: FastifyReply): Record<string, unknown> {
    return answer(reply, this.#health.startup());
  }
}

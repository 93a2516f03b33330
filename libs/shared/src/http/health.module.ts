import { type DynamicModule, Module } from '@nestjs/common';
import { HealthController } from './health.controller.ts';
import { HealthState } from './health-state.ts';

/** `HealthModule.of(health)` among the imports of the root module serves the probes; `HealthState` can be injected. */
@Module({})
export class HealthModule {
  static of(health: HealthState): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [{ provide: HealthState, useValue: health }],
      exports: [HealthState],
    };
  }
}

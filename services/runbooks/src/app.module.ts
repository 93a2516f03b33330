import { type DynamicModule, Module } from '@nestjs/common';
import type { Messaging } from '@countersign/shared/messaging';
import type { DataSource, Pool } from '@countersign/shared/persistence';
import type { Catalogue } from './domain/index.ts';
import {
  CloseIncidentConsumer,
  closeIncidents,
} from './features/close-incident-when-order-closed/close-incident.consumer.ts';
import { createCloseIncidents } from './features/close-incident-when-order-closed/close-incident.handler.ts';
import { countIncidents, CountIncidentsController } from './features/count-incidents/count-incidents.controller.ts';
import { createCountIncidents } from './features/count-incidents/count-incidents.handler.ts';
import { DecideIncidentConsumer, decideIncidents } from './features/decide-incident/decide-incident.consumer.ts';
import { createDecideIncidents } from './features/decide-incident/decide-incident.handler.ts';
import { FindDecisionController, findDecisions } from './features/find-decision/find-decision.controller.ts';
import { createFindDecisions } from './features/find-decision/find-decision.handler.ts';
import {
  findMissingEffects,
  FindMissingEffectsController,
} from './features/find-missing-effects/find-missing-effects.controller.ts';
import { createFindMissingEffects } from './features/find-missing-effects/find-missing-effects.handler.ts';
import {
  catalogue as catalogueToken,
  ListRunbooksController,
} from './features/list-runbooks/list-runbooks.controller.ts';
import { readTexts, ReadTextsController } from './features/read-texts/read-texts.controller.ts';
import { createReadTexts } from './features/read-texts/read-texts.handler.ts';
import { closeConsumer } from './persistence/close-incidents.ts';
import type { IncidentRepository } from './persistence/incident.repository.ts';
import { readRunbookTexts } from './persistence/read-runbook-texts.ts';

export interface RunbooksParts {
  pool: Pool;
  source: DataSource;
  messaging: Messaging;
  catalogue: Catalogue;
  repository: IncidentRepository;
}

/** Binds the functions of the service to its doors. */
@Module({})
export class AppModule {
  static with({ pool, source, messaging, catalogue, repository }: RunbooksParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        DecideIncidentConsumer,
        CloseIncidentConsumer,
        ListRunbooksController,
        ReadTextsController,
        FindDecisionController,
        CountIncidentsController,
        FindMissingEffectsController,
      ],
      providers: [
        { provide: catalogueToken, useValue: catalogue },
        { provide: readTexts, useFactory: () => createReadTexts((digests) => readRunbookTexts(source, digests)) },
        { provide: decideIncidents, useFactory: () => createDecideIncidents({ catalogue, repository, messaging }) },
        { provide: closeIncidents, useFactory: () => createCloseIncidents(pool, messaging) },
        { provide: findDecisions, useFactory: () => createFindDecisions(repository) },
        { provide: countIncidents, useFactory: () => createCountIncidents(repository) },
        { provide: findMissingEffects, useFactory: () => createFindMissingEffects(repository, closeConsumer) },
      ],
    };
  }
}

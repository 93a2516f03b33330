import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { AppModule } from './app.module.ts';
import { loadCatalogue } from './features/load-catalogue/index.ts';
import { publishCatalogue } from './features/publish-catalogue/publish-catalogue.handler.ts';
import { DecisionEntity } from './persistence/decision.entity.ts';
import { IncidentEntity } from './persistence/incident.entity.ts';
import { IncidentRepository } from './persistence/incident.repository.ts';
import { PublishedRunbookEntity } from './persistence/published-runbook.entity.ts';
import { runbooksSettings } from './runbooks.config.ts';

await runService({
  name: 'runbooks',
  settings: runbooksSettings,
  moduleUrl: import.meta.url,
  entities: [IncidentEntity, DecisionEntity, PublishedRunbookEntity],
  async assemble({ settings, logger, pool, source, sites, messaging }) {
    const catalogue = await loadCatalogue(settings.RUNBOOKS_DIR);
    await publishCatalogue(source, catalogue);
    logger.info({ runbooks: catalogue.runbooks.length, folder: settings.RUNBOOKS_DIR }, 'catalogue loaded');
    const repository = new IncidentRepository(pool, source, sites);
    return { module: AppModule.with({ pool, source, messaging, catalogue, repository }) };
  },
});

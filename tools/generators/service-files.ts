/** The files of a new service, by path below `services/<name>`: the shape that every service has, with one small feature. */
export function serviceFiles(name: string): Record<string, string> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    'package.json': `${JSON.stringify(
      {
        name: `@countersign/${name}`,
        version: '0.1.0',
        private: true,
        type: 'module',
        scripts: { build: 'tsc -b', start: 'node dist/main.js' },
        dependencies: { '@countersign/shared': '*' },
        nx: { tags: ['type:service'] },
      },
      null,
      2,
    )}\n`,
    'README.md': `# ${name}

TODO: one sentence: what this service decides.

| | |
|---|---|
| Events in | none yet |
| Events out | none yet |
| Answers | \`rpc.${name}.missing-effects.v1\` |
| Tables | schema \`${name}\`: none of its own yet |
`,
    'src/main.ts': `import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { AppModule } from './app.module.ts';
import { ${name}Settings } from './${name}.config.ts';
import { InboxRepository } from './persistence/inbox.repository.ts';

await runService({
  name: '${name}',
  settings: ${name}Settings,
  moduleUrl: import.meta.url,
  entities: [],
  async assemble({ pool }) {
    return { module: AppModule.with({ inbox: new InboxRepository(pool) }) };
  },
});
`,
    [`src/${name}.config.ts`]: `import { z } from 'zod';
import { commonSettings } from '@countersign/shared/config';

export const ${name}Settings = z.object({
  ...commonSettings,
});

export type ${type}Settings = z.output<typeof ${name}Settings>;
`,
    'src/app.module.ts': `import { type DynamicModule, Module } from '@nestjs/common';
import {
  findMissingEffects,
  FindMissingEffectsController,
} from './features/find-missing-effects/find-missing-effects.controller.ts';
import { createFindMissingEffects } from './features/find-missing-effects/find-missing-effects.handler.ts';
import type { InboxRepository } from './persistence/inbox.repository.ts';

export interface ${type}Parts {
  inbox: InboxRepository;
}

/** Binds the functions of the service to its doors. */
@Module({})
export class AppModule {
  static with({ inbox }: ${type}Parts): DynamicModule {
    return {
      module: AppModule,
      controllers: [FindMissingEffectsController],
      providers: [{ provide: findMissingEffects, useFactory: () => createFindMissingEffects(inbox) }],
    };
  }
}
`,
    'src/domain/consumer-of.ts': `import type { EventName } from '@countersign/shared/contracts';

/** event -> the consumer that has its effect here, as it signs the inbox. */
const consumers: Partial<Record<EventName, string>> = {};

/** The consumer in charge of a type of event; undefined when none is, for then there is no effect to have. */
export function consumerOf(type: string): string | undefined {
  return consumers[type as EventName];
}
`,
    'src/features/find-missing-effects/find-missing-effects.controller.ts': `import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { FindMissingEffects } from './find-missing-effects.handler.ts';

export const findMissingEffects = Symbol('findMissingEffects');

@Controller()
export class FindMissingEffectsController {
  constructor(@Inject(findMissingEffects) private readonly handle: FindMissingEffects) {}

  @OnRequest('rpc.${name}.missing-effects.v1')
  find(items: RequestOf<'rpc.${name}.missing-effects.v1'>[]) {
    return this.handle(items);
  }
}
`,
    'src/features/find-missing-effects/find-missing-effects.handler.ts': `import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { consumerOf } from '../../domain/consumer-of.ts';
import type { InboxRepository } from '../../persistence/inbox.repository.ts';

type Name = 'rpc.${name}.missing-effects.v1';
export type FindMissingEffects = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Which events have had no effect here: their owner then says them again. */
export function createFindMissingEffects(inbox: Pick<InboxRepository, 'findUnhandled'>): FindMissingEffects {
  return (items) =>
    Promise.all(
      items.map(async ({ type, event_ids }) => {
        const consumer = consumerOf(type);
        return { missing: consumer === undefined ? [] : await inbox.findUnhandled(consumer, event_ids) };
      }),
    );
}
`,
    'src/features/find-missing-effects/find-missing-effects.spec.ts': `import { expect, it } from 'vitest';
import { createFindMissingEffects } from './find-missing-effects.handler.ts';

it('misses no event that nobody here consumes', async () => {
  const find = createFindMissingEffects({ findUnhandled: async (_, ids) => [...ids] });
  expect(await find([{ type: 'nobody.cares.v1', event_ids: ['a'] }])).toEqual([{ missing: [] }]);
});
`,
    'src/persistence/inbox.repository.ts': `import { defineStatement, type Pool, textArray } from '@countersign/shared/persistence';

const unhandled = defineStatement<{ id: string }>(
  'unhandled-events',
  \`select id from unnest($2::text[]) id
   where not exists (select from inbox where consumer = $1 and event_id = id)
     and not exists (select from dead_letters where event_id = id)\`,
);

export class InboxRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Of these events, the ones that \`consumer\` has neither handled nor given up. */
  async findUnhandled(consumer: string, eventIds: readonly string[]): Promise<string[]> {
    return (await unhandled.run(this.pool, [consumer, textArray(eventIds)])).map((row) => row.id);
  }
}
`,
    [`src/persistence/migrations/0001-create-${name}-tables.sql`]: `-- The tables of ${name}; outbox, inbox and dead_letters come from shared/persistence.
`,
  };
}

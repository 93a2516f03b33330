import { globSync, readFileSync } from 'node:fs';
import {
  consumerCatalog,
  downloadCatalog,
  type DownloadContract,
  requestCatalog,
  type RequestContract,
  services,
} from '@countersign/shared/contracts';
import { describe, expect, it } from 'vitest';

const questions: [string, RequestContract | DownloadContract][] = Object.entries({
  ...requestCatalog,
  ...downloadCatalog,
});
const sources = new Map(
  services.map((service) => {
    const files = globSync(`services/${service}/src/**/*.ts`).filter((file) => !/\.(spec|conformance)\.ts$/.test(file));
    return [service, files.map((file) => readFileSync(file, 'utf8')).join('\n')];
  }),
);

describe('the rights that the catalogues give on the broker', () => {
  // Missing effects are asked for by the messaging room, of every consumer of an event.
  it.each(questions.filter(([name]) => !name.includes('.missing-effects.')))('are used: %s', (name, { askers }) => {
    const asking = services.filter((service) =>
      [...sources.get(service)!.matchAll(/\b(?:ask|open)\(\s*'(rpc\.[^']+)'/g)].some(([, asked]) => asked === name),
    );
    expect(asking).toEqual(askers);
  });

  it.each(Object.entries(consumerCatalog))('are used: consumer %s', (durable, { service }) => {
    expect(sources.get(service)).toContain(`'${durable}'`);
  });
});

import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { createLogger } from '../telemetry/index.ts';
import type { Messaging } from './messaging.ts';
import { AnswerInbox } from './answer-inbox.ts';
import { NatsStrategy } from './nats.strategy.ts';
import { OnDownload } from './on-download.decorator.ts';
import { PassOnErrorsFilter } from './pass-on-errors.filter.ts';
import { type DownloadContext, serveDownload } from './serve-download.ts';
import { closeSides, connect, name, openSides, readAll, side } from './testing/download-sides.ts';

@Controller()
class EntriesController {
  @OnDownload('rpc.evidence.read-entries.v1', { atOnce: 2 })
  read(item: { index: number }, { signal, traceparent }: DownloadContext): AsyncIterable<Uint8Array> {
    if (item.index > 1) throw new AppError('LEDGER.NOT_FOUND', 'not-found', 'no such bundle');
    return (async function* () {
      yield Buffer.from(JSON.stringify({ item, traceparent, aborted: signal.aborted }));
    })();
  }
}

@Module({ controllers: [EntriesController] })
class EntriesModule {}

const logger = createLogger({ service: 'spec', level: 'fatal' });
let app: INestMicroservice;

beforeEach(async () => {
  await openSides(inject('natsUrl'));
  const broker = await connect('evidence');
  const answers = new AnswerInbox(broker);
  const messaging: Pick<Messaging, 'broker' | 'serveDownload'> = {
    broker,
    serveDownload: (one, handle, atOnce) =>
      serveDownload({
        connection: broker.connection,
        answers,
        name: one,
        queueGroup: 'evidence',
        handle,
        atOnce,
        logger,
      }),
  };
  app = await NestFactory.createMicroservice(EntriesModule, {
    strategy: new NatsStrategy(messaging as Messaging),
    logger: false,
  });
  app.useGlobalFilters(new PassOnErrorsFilter());
  await app.listen();
});
afterEach(async () => {
  await app.close();
  await closeSides();
});

describe('OnDownload', () => {
  it('gives the method the question and its context, and sends what it yields', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    const pieces = await side.downloads.open(name, { index: 1, width: 3 }, { traceparent });
    const expected = { item: { index: 1, width: 3 }, traceparent, aborted: false };
    expect(JSON.parse((await readAll(pieces)).toString())).toEqual(expected);
  });

  it('passes on what the method throws', async () => {
    await expect(side.downloads.open(name, { index: 2, width: 3 })).rejects.toMatchObject({ code: 'LEDGER.NOT_FOUND' });
  });
});

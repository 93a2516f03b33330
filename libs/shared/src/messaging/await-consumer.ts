import { setTimeout as delay } from 'node:timers/promises';
import { PermissionViolationError } from '@nats-io/transport-node';
import type { Logger } from '../telemetry/index.ts';
import type { Broker } from './connect-nats.ts';
import type { ConsumerContract } from './declare-streams.ts';

const pauseMs = 250;
const patienceMs = 5_000;

/**
 * Waits until the operator's tools have made the consumer: a service may not. Throws when the broker says that it is
 * none of ours, or when the connection is closed.
 */
export async function awaitConsumer(
  broker: Broker,
  { stream, durable }: ConsumerContract,
  logger: Logger,
): Promise<void> {
  let complainAt = Date.now() + patienceMs;
  for (;;) {
    try {
      await broker.manager.consumers.info(stream, durable);
      return;
    } catch (error) {
      if (isRefusal(error) || broker.connection.isClosed()) throw error;
      if (Date.now() > complainAt) {
        complainAt = Date.now() + patienceMs;
        logger.warn({ err: error, stream, consumer: durable }, 'waiting for the consumer: is the broker set up?');
      }
    }
    await delay(pauseMs);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof PermissionViolationError || (error as Error).cause instanceof PermissionViolationError;
}

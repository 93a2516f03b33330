import { setTimeout as delay } from 'node:timers/promises';
import { type BrokerUser, brokerUsers } from '../../contracts/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { type Broker, connectNats } from '../connect-nats.ts';
import { declareAll } from '../keep-declared.ts';

const logger = createLogger({ service: 'spec', level: 'fatal' });

export interface UserConnections {
  of: Record<BrokerUser, Broker>;
  close(): Promise<void>;
}

/** A connection of every user of a broker on which everything has been declared by its operator. */
export async function connectUsers(url: string, seeds: Record<BrokerUser, string>): Promise<UserConnections> {
  const brokers = await Promise.all(
    brokerUsers.map(
      async (user) => [user, await connectNats({ url, nkeySeed: seeds[user], name: user, logger })] as const,
    ),
  );
  const of = Object.fromEntries(brokers) as Record<BrokerUser, Broker>;
  await declareAll(of.operator, 1);
  return { of, close: async () => void (await Promise.all(brokers.map(([, broker]) => broker.connection.close()))) };
}

/** The subjects that the broker refuses this user while it does `act`. */
export async function refusalsOf(broker: Broker, act: () => void): Promise<string[]> {
  const refused: string[] = [];
  broker.onRefusal(({ subject }) => void refused.push(subject));
  act();
  // The broker refuses before it answers this; the client tells it a moment later.
  await broker.connection.flush();
  await delay(5);
  return refused;
}

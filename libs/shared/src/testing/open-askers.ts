import { requestCatalog, type RequestName, type RequestOf, type ResponseOf } from '../contracts/index.ts';
import { AnswerInbox, type Broker, connectNats, createRequester, type Requester } from '../messaging/broker.ts';
import { createLogger } from '../telemetry/index.ts';

export interface Askers {
  /** Asks as the first service that may; the answer is held against its contract. */
  ask<Name extends RequestName>(name: Name, item: RequestOf<Name>): Promise<ResponseOf<Name>>;
  close(): Promise<void>;
}

/** The neighbours of a service of which there are only their questions. */
export function openAskers(natsUrl: string): Askers {
  const logger = createLogger({ service: 'spec', level: 'fatal' });
  const brokers = new Map<string, Promise<{ broker: Broker; requester: Requester }>>();
  const open = async (user: string) => {
    const broker = await connectNats({ url: natsUrl, name: user, logger });
    return { broker, requester: createRequester(new AnswerInbox(broker)) };
  };
  return {
    async ask(name, item) {
      const [asker] = requestCatalog[name].askers;
      const opening = brokers.get(asker) ?? open(asker);
      brokers.set(asker, opening);
      const { requester } = await opening;
      return requestCatalog[name].response.parse(await requester.ask(name, item)) as ResponseOf<typeof name>;
    },
    async close() {
      for (const opening of brokers.values()) await (await opening).broker.close();
    },
  };
}

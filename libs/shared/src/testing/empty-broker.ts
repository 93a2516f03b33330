import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { streams } from '../contracts/index.ts';

const streamNotFound = 10059;

/** Deletes every stream of ours, consumers included: spec files share one broker and run one after another. */
export async function emptyBroker(natsUrl: string): Promise<void> {
  const { host, username, password } = new URL(natsUrl);
  const connection = await connect({
    servers: host,
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
  });
  try {
    const manager = await jetstreamManager(connection);
    for (const { name } of streams) {
      await manager.streams.delete(name).catch((error: unknown) => {
        if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
      });
    }
  } finally {
    await connection.close();
  }
}

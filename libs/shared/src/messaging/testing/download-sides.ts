import { createLogger } from '../../telemetry/index.ts';
import { AnswerInbox } from '../answer-inbox.ts';
import { type Broker, connectNats } from '../connect-nats.ts';
import { createDownloads, type Downloads } from '../downloads.ts';
import { type DownloadHandler, serveDownload } from '../serve-download.ts';

const logger = createLogger({ service: 'spec', level: 'fatal' });
export const times = { beat: 50, silence: 400, answer: 400 };
export const name = 'rpc.evidence.read-entries.v1';
export const question = { index: 0, width: 256 };
export const KiB = 1024;

/** What the spec at hand works with; made anew for each test. */
export const side: { downloads: Downloads; stops: (() => Promise<void>)[] } = { downloads: undefined!, stops: [] };
let natsUrl: string;
let brokers: Broker[] = [];

export async function connect(user = 'gateway'): Promise<Broker> {
  const broker = await connectNats({ url: natsUrl, name: user, logger });
  brokers.push(broker);
  return broker;
}

/** A replica of the service with a connection of its own. */
export async function serve(handle: DownloadHandler, atOnce?: number): Promise<void> {
  const broker = await connect('evidence');
  const { connection } = broker;
  const answers = new AnswerInbox(broker);
  side.stops.push(serveDownload({ connection, answers, name, queueGroup: 'evidence', handle, atOnce, logger, times }));
  await connection.flush();
}

export async function* repeat(bytes: Uint8Array, count: number, onEach = (_index: number) => {}) {
  for (let index = 0; index < count; index += 1) {
    onEach(index);
    yield bytes;
  }
}

export async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Before each test. */
export async function openSides(url: string): Promise<void> {
  natsUrl = url;
  brokers = [];
  side.stops = [];
  side.downloads = createDownloads(await connect(), times);
}

/** After each test. */
export async function closeSides(): Promise<void> {
  await side.downloads.close(0);
  await Promise.all(side.stops.map((stop) => stop()));
  await Promise.all(brokers.map((broker) => broker.close()));
}

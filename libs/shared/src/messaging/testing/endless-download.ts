import { createLogger } from '../../telemetry/index.ts';
import { connectNats } from '../connect-nats.ts';
import { serveDownload } from '../serve-download.ts';

/** A process of its own that serves (`<url of the broker>`) a download without end, to be killed by a spec. */
const logger = createLogger({ service: 'spec', level: 'fatal' });
const { connection } = await connectNats({ url: process.argv[2]!, name: 'spec', logger });
const times = { beat: 50, silence: 400, answer: 400 };
async function* endless() {
  for (;;) yield new Uint8Array(256 * 1024);
}
serveDownload({
  connection,
  name: 'rpc.evidence.read-entries.v1',
  queueGroup: 'evidence',
  handle: endless,
  logger,
  times,
});
await connection.flush();
process.send!('ready');

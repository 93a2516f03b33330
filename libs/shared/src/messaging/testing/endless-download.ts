import { createLogger } from '../../telemetry/index.ts';
import { AnswerInbox } from '../answer-inbox.ts';
import { connectNats } from '../connect-nats.ts';
import { serveDownload } from '../serve-download.ts';

/** A process of its own that serves (`<url of the broker>`) a download without end, to be killed by a spec. */
const logger = createLogger({ service: 'spec', level: 'fatal' });
const broker = await connectNats({ url: process.argv[2]!, name: 'evidence', logger });
const { connection } = broker;
const times = { beat: 50, silence: 400, answer: 400 };
async function* endless() {
  for (;;) yield new Uint8Array(256 * 1024);
}
serveDownload({
  connection,
  answers: new AnswerInbox(broker),
  name: 'rpc.evidence.read-entries.v1',
  queueGroup: 'evidence',
  handle: endless,
  logger,
  times,
});
await connection.flush();
process.send!('ready');

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  /** Lower-case names; of repeated ones the last. */
  headers: Record<string, string>;
  body: Buffer;
}

const answerMs = 15_000;
const headEnd = Buffer.from('\r\n\r\n');

/** One connection that sends bytes as they are: the clients of a language send only what is well formed. */
export class RawConnection {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Undefined: the other side hung up without an answer. Throws when none comes in time. */
  async send(request: Uint8Array, hasNoBody: boolean): Promise<RawAnswer | undefined> {
    const isReused = this.#socket !== undefined && !this.#socket.destroyed;
    const answer = await this.#attempt(request, hasNoBody);
    // A connection may end between two requests; that is no answer to the second.
    return answer === undefined && isReused ? this.#attempt(request, hasNoBody) : answer;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #attempt(request: Uint8Array, hasNoBody: boolean): Promise<RawAnswer | undefined> {
    const socket = this.#open();
    return new Promise((resolve, reject) => {
      let received: Buffer = Buffer.alloc(0);
      const end = (settle: () => void, keep: boolean): void => {
        clearTimeout(timer);
        socket.removeAllListeners('data').removeAllListeners('close');
        if (!keep) socket.destroy();
        settle();
      };
      const timer = setTimeout(() => end(() => reject(new Error('No answer.')), false), answerMs);
      socket.on('close', () => end(() => resolve(undefined), false));
      socket.on('data', (piece: Buffer) => {
        received = Buffer.concat([received, piece]);
        const answer = readAnswer(received, hasNoBody);
        if (answer !== undefined) end(() => resolve(answer), answer.headers['connection'] !== 'close');
      });
      socket.write(request);
    });
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket;
    this.#socket = connect(this.#port, '127.0.0.1').setNoDelay();
    this.#socket.on('error', () => {}); // `close` follows
    return this.#socket;
  }
}

/** Undefined until all of it is there. */
function readAnswer(bytes: Buffer, hasNoBody: boolean): RawAnswer | undefined {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(first.split(' ')[1]);
  const rest = bytes.subarray(end + headEnd.length);
  const length = Number(headers['content-length'] ?? 0);
  if (hasNoBody || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  if (headers['transfer-encoding'] === 'chunked') {
    return rest.subarray(-5).toString('latin1') === '0\r\n\r\n' ? { status, headers, body: rest } : undefined;
  }
  return rest.length < length ? undefined : { status, headers, body: rest.subarray(0, length) };
}

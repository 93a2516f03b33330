import { pieceBytes } from './download-protocol.ts';

/** How a sender speaks to its reader. Each resolves when the reader has answered, and throws when it is gone. */
export interface PieceSender {
  piece(bytes: Uint8Array): Promise<void>;
  working(): Promise<void>;
}

/**
 * Sends what `source` yields in pieces of equal size, whatever the size of what it yields: the next is asked for when
 * the reader wants more. What has come is not held back for longer than a beat. Ends the source in any case.
 */
export async function sendPieces(
  source: AsyncIterable<Uint8Array>,
  sender: PieceSender,
  beatMs: number,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  let gathered: Uint8Array[] = [];
  let size = 0;

  async function sendGathered(): Promise<void> {
    const bytes = gathered.length === 1 ? gathered[0]! : Buffer.concat(gathered);
    gathered = [];
    size = 0;
    await sender.piece(bytes);
  }

  async function gather(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + pieceBytes - size);
      gathered.push(part);
      size += part.length;
      at += part.length;
      if (size === pieceBytes) await sendGathered();
    }
  }

  let isOver = false;
  try {
    while (!isOver) {
      const step = await withBeats(iterator.next(), beatMs, () => (size > 0 ? sendGathered() : sender.working()));
      isOver = step.done === true;
      if (!step.done) await gather(step.value);
    }
    if (size > 0) await sendGathered();
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

/** Waits for `work`, with a beat as often as it takes longer than that. */
export async function withBeats<Value>(
  work: Promise<Value>,
  beatMs: number,
  beat: () => Promise<void>,
): Promise<Value> {
  const late = Symbol('late');
  // When a beat fails, nobody waits for the work any more; its own failure is then no news.
  work.catch(() => {});
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), beatMs);
    });
    try {
      const first = await Promise.race([work, pause]);
      if (first !== late) return first;
    } finally {
      clearTimeout(timer);
    }
    await beat();
  }
}

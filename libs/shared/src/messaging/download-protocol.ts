import { AppError } from '../kernel/index.ts';
import { readMessage } from './read-message.ts';

/**
 * A download over core NATS. Whoever asks sends one message with an inbox to answer to. Whoever answers sends messages
 * of these kinds there:
 * - `piece`: bytes, a NATS request. Answered when the reader asks for more, so a slow reader holds the sender.
 * - `working`: nothing yet, a NATS request that is answered at once: each side learns that the other one is alive.
 * - `end`, `error` (a `WireError` as JSON): the last message.
 */
export type MessageKind = 'piece' | 'working' | 'end' | 'error';

export const kindHeader = 'Countersign-Download';
/** The number of a piece from 0; at the end, how many there were. */
export const sequenceHeader = 'Countersign-Sequence';
/** On the answer to a piece: the reader wants no more. */
export const stopHeader = 'Countersign-Stop';

/** A message takes 1 MiB on a broker with default settings. */
export const pieceBytes = 256 * 1024;

/** Milliseconds; specs are less patient. */
export interface DownloadTimes {
  /** Between two signs of life of a sender that has nothing to send yet. */
  beat: number;
  /** A sender that was silent for so long is gone. */
  silence: number;
  /** A reader that took no piece for so long is gone. */
  answer: number;
}

export const downloadTimes: DownloadTimes = { beat: 3_000, silence: 10_000, answer: 30_000 };

/** What is asked, as it travels. */
export interface DownloadQuestion {
  item: unknown;
  traceparent?: string | undefined;
}

/** Reads it. Throws AppError `MESSAGING.POISON` for what nobody of ours sends. */
export function readDownloadQuestion(data: Uint8Array): DownloadQuestion {
  const { item, traceparent } = (readMessage(data, 'question for a download') ?? {}) as Record<string, unknown>;
  if (traceparent !== undefined && typeof traceparent !== 'string') {
    throw new AppError('MESSAGING.POISON', 'invalid', 'The message is no question for a download.');
  }
  return { item, traceparent };
}

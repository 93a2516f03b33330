import { setTimeout as delay } from 'node:timers/promises';
import type { EventEnvelope } from '../contracts/index.ts';
import { asAppError } from '../kernel/index.ts';

export interface HandleInHalvesOptions {
  handle: (events: EventEnvelope[]) => Promise<void>;
  /** Records that the event is given up; once it returns, the event counts as handled. */
  giveUp: (event: EventEnvelope, error: unknown, tries: number) => Promise<void>;
  /** Tries that a lone event gets before it is given up, when its failure is a fault and not a refusal. */
  tries?: number;
  firstPauseMs?: number;
}

/**
 * Handles all events at once; when that fails, each half by itself, until the bad event is alone and given up while
 * the others are through. Throws only what is nobody's fault (`unavailable`): then the messages must come again, and
 * what was handled already is not handled twice because every effect is keyed by its event.
 */
export async function handleInHalves(events: EventEnvelope[], options: HandleInHalvesOptions): Promise<void> {
  if (events.length === 0) return;
  try {
    await options.handle(events);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const [only] = events;
    if (events.length === 1 && only) return handleAlone(only, error, options);
    const middle = events.length >> 1;
    await handleInHalves(events.slice(0, middle), options);
    await handleInHalves(events.slice(middle), options);
  }
}

async function handleAlone(event: EventEnvelope, first: unknown, options: HandleInHalvesOptions): Promise<void> {
  const { handle, giveUp, tries = 4, firstPauseMs = 50 } = options;
  let error = first;
  let tried = 1;
  while (tried < tries && asAppError(error) === undefined) {
    await delay(firstPauseMs * 4 ** (tried - 1));
    tried += 1;
    try {
      return await handle([event]);
    } catch (next) {
      if (isUnavailable(next)) throw next;
      error = next;
    }
  }
  await giveUp(event, error, tried);
}

function isUnavailable(error: unknown): boolean {
  return asAppError(error)?.kind === 'unavailable';
}

import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../contracts/index.ts';
import { AppError } from '../kernel/index.ts';
import { handleInHalves } from './handle-in-halves.ts';

const events = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `e${i}` }) as EventEnvelope);

function harness(isBad: (id: string) => boolean, error: unknown = new Error('boom')) {
  const handled: string[] = [];
  const givenUp: { id: string; tries: number }[] = [];
  let calls = 0;
  return {
    handled,
    givenUp,
    calls: () => calls,
    options: {
      firstPauseMs: 0,
      async handle(batch: EventEnvelope[]) {
        calls += 1;
        if (batch.some((event) => isBad(event.id))) throw error;
        handled.push(...batch.map((event) => event.id));
      },
      async giveUp(event: EventEnvelope, _error: unknown, tries: number) {
        givenUp.push({ id: event.id, tries });
      },
    },
  };
}

describe('handleInHalves', () => {
  it('handles a good batch in one call', async () => {
    const { options, calls } = harness(() => false);
    await handleInHalves(events(100), options);
    expect(calls()).toBe(1);
  });

  it('gives up only the poison event and lets the other 99 through, each once', async () => {
    const { options, handled, givenUp } = harness((id) => id === 'e37');
    await handleInHalves(events(100), options);
    expect(givenUp).toEqual([{ id: 'e37', tries: 4 }]);
    expect(new Set(handled).size).toBe(99);
    expect(handled).toHaveLength(99);
  });

  it('does not retry a refusal: it would be refused again', async () => {
    const { options, givenUp } = harness((id) => id === 'e0', new AppError('X.INVALID', 'invalid', 'no'));
    await handleInHalves(events(1), options);
    expect(givenUp).toEqual([{ id: 'e0', tries: 1 }]);
  });

  it('gives nothing up while a dependency is away, and says so to the caller', async () => {
    const away = new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'away');
    const { options, givenUp } = harness(() => true, away);
    await expect(handleInHalves(events(8), options)).rejects.toBe(away);
    expect(givenUp).toEqual([]);
  });
});

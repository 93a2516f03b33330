import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RoundLoop } from './round-loop.ts';

const hour = 3_600_000;

/** Counts its rounds; between two of them it pauses for an hour, in one way or the other. */
class CountingLoop extends RoundLoop {
  rounds = 0;
  private readonly pauseBy: 'rest' | 'sleep';
  private readonly inRound: () => void;

  constructor(pauseBy: 'rest' | 'sleep', inRound: () => void = () => {}) {
    super();
    this.pauseBy = pauseBy;
    this.inRound = inRound;
  }

  protected async run(): Promise<void> {
    // One that never pauses would let no test end.
    while (!this.isStopped && this.rounds < 10) {
      this.beginRound();
      this.rounds += 1;
      this.inRound();
      this.endRound();
      await this[this.pauseBy](hour);
    }
  }
}

describe('a loop of rounds', () => {
  it('is woken from its rest', async () => {
    const loop = new CountingLoop('rest');
    loop.start();
    await turn();
    expect(loop.rounds).toBe(1);
    loop.wake();
    await turn();
    expect(loop.rounds).toBe(2);
    await loop.stop();
  });

  it('hears what came while a round was under way', async () => {
    const loop = new CountingLoop('rest', () => {
      if (loop.rounds === 1) loop.wake();
    });
    loop.start();
    await turn();
    expect(loop.rounds).toBe(2);
    await loop.stop();
  });

  it('sleeps on when there is something new', async () => {
    const loop = new CountingLoop('sleep');
    loop.start();
    await turn();
    loop.wake();
    await turn();
    expect(loop.rounds).toBe(1);
    await loop.stop();
  });

  it.each(['rest', 'sleep'] as const)('stops at once in the middle of a %s', async (pauseBy) => {
    const loop = new CountingLoop(pauseBy);
    loop.start();
    await turn();
    await loop.stop();
    expect(loop.rounds).toBe(1);
    expect(loop.progress()).toMatchObject({ stalled: false });
  });

  it('does not rest after a round in which it was told to stop', async () => {
    let stopped: Promise<void> | undefined;
    const loop = new CountingLoop('rest', () => {
      if (loop.rounds === 2) stopped = loop.stop();
    });
    loop.start();
    loop.wake();
    await turn();
    await stopped;
    expect(loop.rounds).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { InHand } from './in-hand.ts';

describe('work in hand', () => {
  it('has ended when there never was any', async () => {
    await expect(new InHand().ended()).resolves.toBeUndefined();
  });

  it('has ended with the last, for all who wait', async () => {
    const inHand = new InHand();
    const finish: (() => void)[] = [];
    const work = [0, 1].map(() => new Promise<void>((resolve) => finish.push(resolve)));
    for (const one of work) inHand.add(one);
    let ended = 0;
    const waiting = [inHand.ended(), inHand.ended()].map((one) => one.then(() => (ended += 1)));
    finish[1]!();
    await work[1];
    await Promise.resolve();
    expect(ended).toBe(0);
    finish[0]!();
    await Promise.all(waiting);
    expect(ended).toBe(2);
  });
});

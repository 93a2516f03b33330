import { describe, expect, it } from 'vitest';
import { judgeTogether } from './judge-together.ts';

const failsAt = (bad: string, log?: string[]) => (text: string) => {
  log?.push(`${text} at ${bad}`);
  if (text.includes(bad)) throw new Error(`${text} fails at ${bad}`);
  return text;
};

describe('what comes in one turn of the event loop', () => {
  it('takes each step together, in the order that it came in', async () => {
    const log: string[] = [];
    const judge = judgeTogether(failsAt('1', log), failsAt('2', log));
    expect(await Promise.all([judge('a'), judge('b')])).toEqual(['a', 'b']);
    expect(log).toEqual(['a at 1', 'b at 1', 'a at 2', 'b at 2']);
  });

  it('fails for itself alone, at either step', async () => {
    const log: string[] = [];
    const judge = judgeTogether(failsAt('1', log), failsAt('2', log));
    const outcomes = await Promise.allSettled([judge('a'), judge('b1'), judge('c2'), judge('d')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: new Error('b1 fails at 1') });
    expect(log).not.toContain('b1 at 2');
    expect(outcomes[2]).toMatchObject({ reason: new Error('c2 fails at 2') });
  });

  it('does not hold what comes later, and is not held by it', async () => {
    const judge = judgeTogether(failsAt('1'), failsAt('2'));
    await expect(judge('a1')).rejects.toThrow('a1 fails at 1');
    expect(await judge('b')).toBe('b');
    const later = judge('c').then(() => judge('d'));
    expect(await later).toBe('d');
  });
});

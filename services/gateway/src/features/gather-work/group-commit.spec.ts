import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupCommit } from './group-commit.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A group of letters that commits at once, and what it committed. */
function groupOf(lingerMs?: number) {
  const committed: string[] = [];
  const group = new GroupCommit<string, string>({
    commit: async (items) => {
      committed.push(items.join(''));
      return items;
    },
    bytesOf: () => 1,
    full: () => new Error('full'),
    ...(lingerMs !== undefined && { lingerMs }),
  });
  const submit = (...items: string[]): void => {
    for (const item of items) void group.submit(item);
  };
  return { committed, submit };
}

/** What came is read, and no time passes. */
const turn = () => vi.advanceTimersByTimeAsync(0);

describe('a batch', () => {
  it('of one alone waits for nobody, one after another', async () => {
    const { committed, submit } = groupOf(5);
    for (const item of ['a', 'b', 'c']) {
      submit(item);
      await turn();
    }
    expect(committed).toEqual(['a', 'b', 'c']);
  });

  it('waits for more where there was company before, and takes along what comes meanwhile', async () => {
    const { committed, submit } = groupOf(5);
    submit('a', 'b', 'c');
    await turn();
    submit('d');
    await vi.advanceTimersByTimeAsync(4);
    submit('e');
    expect(committed).toEqual(['abc']);
    await vi.advanceTimersByTimeAsync(1);
    expect(committed).toEqual(['abc', 'de']);
    submit('f');
    await turn();
    expect(committed).toEqual(['abc', 'de', 'f']);
  });

  it('waits for nobody where nobody said that it should', async () => {
    const { committed, submit } = groupOf();
    submit('a', 'b', 'c');
    await turn();
    submit('d');
    await turn();
    expect(committed).toEqual(['abc', 'd']);
  });
});

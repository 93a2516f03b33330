import { describe, expect, it } from 'vitest';
import { retryWhileAway } from './retry-while-away.ts';

const silent = { warn: () => {} };
const away = () => new Error('Connection terminated due to connection timeout');

function failing(...errors: Error[]) {
  let calls = 0;
  const run = () => {
    const error = errors[calls++];
    return error === undefined ? Promise.resolve('there') : Promise.reject(error);
  };
  return { run, calls: () => calls };
}

describe('a service that starts before its database answers', () => {
  it('asks again until it does', async () => {
    const { run, calls } = failing(away(), away());
    expect(await retryWhileAway(run, silent, { restMs: 0 })).toBe('there');
    expect(calls()).toBe(3);
  });

  it('ends when its patience does', async () => {
    const { run, calls } = failing(away(), away());
    await expect(retryWhileAway(run, silent, { patience: 0, restMs: 0 })).rejects.toThrow('timeout');
    expect(calls()).toBe(1);
  });

  it('ends at once when the database refuses it, or lacks a migration', async () => {
    const refused = Object.assign(new Error('password authentication failed'), { code: '28P01' });
    for (const error of [refused, new Error('The database lacks 0002: run the migrations first.')]) {
      const { run, calls } = failing(error);
      await expect(retryWhileAway(run, silent, { restMs: 0 })).rejects.toBe(error);
      expect(calls()).toBe(1);
    }
  });
});

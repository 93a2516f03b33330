import { describe, expect, it } from 'vitest';
import { BriefMap } from './brief-map.ts';

describe('a brief map', () => {
  it('gives back what was set, and gives it away once', () => {
    const map = new BriefMap<number>();
    map.set('a', 1);
    map.set('a', 2);
    expect(map.get('a')).toBe(2);
    expect(map.take('a')).toBe(2);
    expect(map.take('a')).toBeUndefined();
    expect(map.get('a')).toBeUndefined();
  });

  it('has no entry that nobody made, whatever the key is called', () => {
    const map = new BriefMap<number>();
    for (const key of ['__proto__', 'constructor', 'toString', '']) expect(map.get(key)).toBeUndefined();
    map.set('__proto__', 1);
    expect(map.take('__proto__')).toBe(1);
    expect(map.keys()).toEqual([]);
  });

  it('names its keys in the order of their coming, and lets them be taken meanwhile', () => {
    const map = new BriefMap<number>();
    for (const key of ['b', 'a', 'c']) map.set(key, 1);
    map.take('a');
    map.set('a', 1);
    expect(map.keys()).toEqual(['b', 'c', 'a']);
    for (const key of map.keys()) map.take(key);
    expect(map.keys()).toEqual([]);
  });
});

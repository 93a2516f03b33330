import { describe, expect, it } from 'vitest';
import { readDemoOptions } from './demo-options.ts';

describe('the options of the demo', () => {
  it('are 20 boxes and 200 incidents unless it is told otherwise', () => {
    expect(readDemoOptions([], () => 0.5)).toMatchObject({
      appliances: 20,
      incidents: 200,
      seed: 500_000,
      json: false,
    });
    expect(readDemoOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--incidents', '401'], /1 to 400: each site may report/],
    [['--appliances', '0'], /--appliances/],
    [['--appliances', 'many'], /--appliances/],
    [['--url', 'http://127.0.0.1:1'], /go together/],
    [['--speed', '9'], /speed/],
  ])('that cannot be met are refused: %j', (args, message) => {
    expect(() => readDemoOptions(args)).toThrow(message);
  });
});

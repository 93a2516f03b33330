import { describe, expect, it } from 'vitest';
import { readKitOptions } from './kit-options.ts';

const needed = ['--site', 'clinic:7', '--from', '2026-11-01', '--to', '2026-11-02T08:00:00+01:00'];

describe('the options of the kit command', () => {
  it('take a day as its beginning in UTC, and name the file so that it can be one', () => {
    expect(readKitOptions(needed)).toMatchObject({
      site: 'clinic:7',
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-02T08:00:00+01:00',
      out: 'kit-clinic_7-2026-11-01-2026-11-02.zip',
      verify: false,
    });
    expect(readKitOptions([...needed, '--help'])).toBeUndefined();
  });

  it.each([
    [['--from', '2026-11-01', '--to', '2026-11-02'], '--site is missing'],
    [needed.slice(0, 4), '--to is missing'],
    [[...needed, '--to', '2026-10-01'], '--to lies after --from'],
    [[...needed, '--to', '2026-11-02T08:00:00'], 'a time with its zone'],
    [[...needed, '--to', '2026-13-02'], 'is a day'],
    [[...needed, '--head', '0'], '--head is a number'],
    [[...needed, '--url', 'http://x'], 'go together'],
    [[...needed, '--what'], '--what'],
  ])('refuse %j', (args, message) => {
    expect(() => readKitOptions(args)).toThrow(message);
  });
});

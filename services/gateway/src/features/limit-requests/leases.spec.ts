import { describe, expect, it } from 'vitest';
import { Leases } from './leases.ts';

const policy = { name: 'appliance-requests', limit: 12_000, windowSeconds: 60 } as const;

/** Leases of a store that grants `grant`, and what it was asked for. */
function leasesOf(grant: (row: string, wanted: number) => number | undefined) {
  const asked: string[] = [];
  let now = 0;
  const leases = new Leases(
    {
      async claim(_, row, wanted, seconds) {
        asked.push(`${row} ${wanted} for ${seconds}`);
        const granted = grant(row, wanted);
        return granted === undefined ? undefined : { granted, used: granted, resetSeconds: 1 };
      },
      takeAlone: () => ({ isAllowed: true, used: 1, resetSeconds: null }),
    },
    () => now,
  );
  const comeAt = async (seconds: number): Promise<boolean> => {
    now = seconds * 1_000;
    return (await leases.take(policy, 'box'))?.isAllowed ?? true;
  };
  return { asked, comeAt };
}

describe('a box that comes every half minute', () => {
  it('causes a question in ten minutes', async () => {
    const { asked, comeAt } = leasesOf((_, wanted) => wanted);
    for (let at = 0; at < 1_200; at += 30) expect(await comeAt(at)).toBe(true);
    expect(asked).toEqual(['box calm 100 for 600', 'box calm 100 for 600']);
  });

  it('takes of the other part when its own is used up', async () => {
    const { asked, comeAt } = leasesOf((row, wanted) => (row === 'box' ? wanted : 0));
    expect(await comeAt(0)).toBe(true);
    expect(asked).toEqual(['box calm 100 for 600', 'box 200 for 60']);
  });

  it('is refused when both are', async () => {
    const { comeAt } = leasesOf(() => 0);
    expect(await comeAt(0)).toBe(false);
  });
});

describe('a box that comes a thousand times', () => {
  it('leaves what is kept apart to the others after its first lease', async () => {
    const { asked, comeAt } = leasesOf((_, wanted) => wanted);
    for (let n = 0; n < 1_000; n += 1) expect(await comeAt(n / 100)).toBe(true);
    expect(asked).toEqual(['box calm 100 for 600', ...Array(5).fill('box 200 for 60')]);
  });
});

it('asks a store that failed once, not for each part', async () => {
  const { asked, comeAt } = leasesOf(() => undefined);
  expect(await comeAt(0)).toBe(true);
  expect(asked).toHaveLength(1);
});

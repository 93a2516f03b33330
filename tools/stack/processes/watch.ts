import type { Part } from './part.ts';

/** Notices a part that ends although nobody asked it to. */
export interface Watch {
  /** Resolves with the name of the first such part and how it ended: `orders (SIGKILL)`. */
  broken: Promise<string>;
  add: (part: Part) => void;
  /** From now on its end is no news. */
  expectEnd: (part: Part) => void;
}

export function createWatch(): Watch {
  const expected = new WeakSet<Part>();
  let report: (name: string) => void = () => {};
  const broken = new Promise<string>((resolve) => (report = resolve));
  return {
    broken,
    add(part) {
      void part.ended.then((how) => expected.has(part) || report(`${part.name} (${how})`));
    },
    expectEnd: (part) => void expected.add(part),
  };
}

import type { OpenTarget, Outcome } from './fuzz-target.ts';

const patienceMs = 3_000;

/** The shortest input that we find which has the same fault: pieces are left out, large ones first. */
export async function minimise(
  input: Uint8Array,
  isSame: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  const until = performance.now() + patienceMs;
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length && performance.now() < until;) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await isSame(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}

/** What becomes of one input alone, at the best of several tries: other work on the machine is not its fault. */
export async function runAlone(target: OpenTarget, input: Uint8Array, tries: number): Promise<Outcome> {
  let best: Outcome | undefined;
  for (let left = tries; left > 0; left -= 1) {
    const [outcome] = await target.run([input]);
    if (best === undefined || outcome!.milliseconds < best.milliseconds) best = outcome!;
  }
  return best!;
}

import type { OpenTarget } from './fuzz-target.ts';

const longest = 1_024;
const mostBytes = 20 * 1_024;

/** What is worth keeping in the repository: inputs that reached new code, and the shortest for every outcome; 20 KiB at most. */
export async function smallCorpus(
  target: OpenTarget,
  found: { reached: readonly Uint8Array[]; corpus: readonly Uint8Array[] },
): Promise<Uint8Array[]> {
  const byLength = (inputs: readonly Uint8Array[]) =>
    inputs.filter(({ length }) => length <= longest).toSorted((a, b) => a.length - b.length);
  const reached = new Set(byLength(found.reached));
  const labels = new Set<string>();
  const small: Uint8Array[] = [];
  let bytes = 0;
  for (const input of [...reached, ...byLength(found.corpus)]) {
    const [outcome] = await target.run([input]);
    const isNew = reached.has(input) || !labels.has(outcome!.label);
    if (!isNew || small.includes(input) || bytes + input.length > mostBytes) continue;
    labels.add(outcome!.label);
    small.push(input);
    bytes += input.length;
  }
  return small;
}

import type { OpenTarget } from './fuzz-target.ts';

const longest = 1_024;
const mostBytes = 20 * 1_024;

/** What is worth keeping in the repository: the shortest inputs that show every outcome and reach nearly all code, 20 KiB at most. */
export async function smallCorpus(target: OpenTarget, corpus: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const labels = new Set<string>();
  const small: Uint8Array[] = [];
  let bytes = 0;
  for (const input of corpus.filter(({ length }) => length <= longest).toSorted((a, b) => a.length - b.length)) {
    const [outcome] = await target.run([input]);
    const isNew = outcome !== undefined && !labels.has(outcome.label);
    if (!isNew || bytes + input.length > mostBytes) continue;
    labels.add(outcome.label);
    small.push(input);
    bytes += input.length;
  }
  return small;
}

/** Tells a person how far it is. */
export type Progress = (line: string) => void;

const everyMs = 2_000;

/** Counts, and says so every two seconds at most. */
export function countAloud(progress: Progress, what: string): (more: number) => number {
  let count = 0;
  let last = performance.now();
  return (more) => {
    count += more;
    if (performance.now() - last > everyMs) {
      last = performance.now();
      progress(`  ${count} ${what}`);
    }
    return count;
  };
}

/** One broken rule: which, in which file, and what it reaches for (or what is wrong there). */
export interface Violation {
  rule: string;
  file: string;
  reaches: string;
  why: string;
}

import { type CheckName, type CheckResult, checkTitles, type Problem } from './verdict.ts';

/** One check while it is made. */
export class Check {
  readonly result: CheckResult;

  constructor(check: CheckName) {
    this.result = { check, title: checkTitles[check], examined: 0, problems: [], notes: [] };
  }

  /** Notes that one more thing was looked at. */
  examine(): void {
    this.result.examined += 1;
  }

  problem(file: string | null, message: string, offset?: number): void {
    const problem: Problem = offset === undefined ? { file, message } : { file, offset, message };
    this.result.problems.push(problem);
  }

  note(text: string): void {
    if (!this.result.notes.includes(text)) this.result.notes.push(text);
  }

  /** Whether a condition holds; says so when not. */
  demand(condition: boolean, file: string | null, message: string): boolean {
    if (!condition) this.problem(file, message);
    return condition;
  }
}

/** All checks of a kit, in their order. */
export class Examination {
  readonly #checks = new Map<CheckName, Check>();

  check(name: CheckName): Check {
    const check = this.#checks.get(name) ?? new Check(name);
    this.#checks.set(name, check);
    return check;
  }

  get results(): CheckResult[] {
    return (Object.keys(checkTitles) as CheckName[]).map((name) => this.check(name).result);
  }

  get failed(): boolean {
    return this.results.some(({ problems }) => problems.length > 0);
  }
}

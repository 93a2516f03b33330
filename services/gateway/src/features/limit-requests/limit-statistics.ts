import type { LimitPolicyName } from '@countersign/shared/contracts';

export interface PolicyCount {
  allowed: number;
  blocked: number;
}

export interface Violator {
  policy: LimitPolicyName;
  subject: string;
  blocked: number;
}

const mostViolators = 1_000;

/** What this gateway let pass and refused since it started, and whom most. */
export class LimitStatistics {
  private readonly policies = new Map<LimitPolicyName, PolicyCount>();
  private violators = new Map<string, Violator>();

  allow(policy: LimitPolicyName): void {
    this.countOf(policy).allowed += 1;
  }

  block(policy: LimitPolicyName, subject: string): void {
    this.countOf(policy).blocked += 1;
    const key = `${policy} ${subject}`;
    const known = this.violators.get(key);
    if (known !== undefined) known.blocked += 1;
    else {
      if (this.violators.size >= mostViolators) this.violators = new Map(this.ranked().slice(0, mostViolators / 2));
      this.violators.set(key, { policy, subject, blocked: 1 });
    }
  }

  countOf(policy: LimitPolicyName): PolicyCount {
    let count = this.policies.get(policy);
    if (count === undefined) this.policies.set(policy, (count = { allowed: 0, blocked: 0 }));
    return count;
  }

  topViolators(atMost: number): Violator[] {
    return this.ranked()
      .slice(0, atMost)
      .map(([, violator]) => violator);
  }

  private ranked(): [string, Violator][] {
    return [...this.violators].toSorted(([, a], [, b]) => b.blocked - a.blocked);
  }
}

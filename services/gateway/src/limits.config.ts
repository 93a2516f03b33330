import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type LimitPolicyName, limitPolicies } from '@countersign/shared/contracts';
import type { LimitPolicy } from './domain/limit-policy.ts';

const policy = z.strictObject({
  limit: z.int().min(1).max(1_000_000_000),
  window_seconds: z.int().min(1).max(86_400),
});
type Policies = Record<LimitPolicyName, z.output<typeof policy>>;

const names = Object.keys(limitPolicies) as LimitPolicyName[];
const policies = z.strictObject(Object.fromEntries(names.map((name) => [name, policy.optional()])));

const defaults = JSON.parse(readFileSync(new URL('../limits.json', import.meta.url), 'utf8')) as Policies;

/** `LIMITS`: policies in JSON; those that it does not name are as in limits.json. Every fault is told at once. */
export const limits = z
  .string()
  .default('{}')
  .transform((text, context): Policies => {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'it is no JSON' });
      return z.NEVER;
    }
    const { success, data, error } = policies.safeParse(given);
    if (success) return { ...defaults, ...data };
    for (const { path, message } of error.issues) {
      context.addIssue({ code: 'custom', message: `${path.join('.') || 'the limits'}: ${message}` });
    }
    return z.NEVER;
  });

/** The limits of a gateway; RATE_LIMIT_REQUESTS and RATE_LIMIT_WINDOW win over `site-reports`. */
export function limitsOf(settings: {
  LIMITS: Policies;
  RATE_LIMIT_REQUESTS?: number | undefined;
  RATE_LIMIT_WINDOW?: number | undefined;
}): Record<LimitPolicyName, LimitPolicy> {
  const { LIMITS, RATE_LIMIT_REQUESTS, RATE_LIMIT_WINDOW } = settings;
  const all = names.map((name): [LimitPolicyName, LimitPolicy] => {
    const { limit, window_seconds } = LIMITS[name];
    return [name, { name, limit, windowSeconds: window_seconds }];
  });
  const known = Object.fromEntries(all) as Record<LimitPolicyName, LimitPolicy>;
  const site = known['site-reports'];
  known['site-reports'] = {
    ...site,
    limit: RATE_LIMIT_REQUESTS ?? site.limit,
    windowSeconds: RATE_LIMIT_WINDOW ?? site.windowSeconds,
  };
  return known;
}

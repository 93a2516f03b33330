/**
 * Every limit of the gateway, by its name in the settings: what is counted, and for whom. A limit per principal that is
 * `leased` is for what appliances do all day: it costs a question per sixtieth of the limit, and is refused with a 503, which
 * their clients repeat, in place of a 429, after which those in the field drop what they had.
 */
export const limitPolicies = {
  'site-reports': { per: 'site', counts: 'incidents, and by themselves drifts, that a site reports' },
  'failed-requests': { per: 'address', counts: 'requests that failed and were not authenticated' },
  reads: { per: 'principal', counts: 'reads: lists, states, proofs, statistics' },
  'ledger-reads': { per: 'principal', counts: 'tiles and entries of the ledger' },
  changes: { per: 'principal', counts: 'what people change: retention, keys, enrolments' },
  exports: { per: 'principal', counts: 'auditor kits' },
  'appliance-requests': {
    per: 'principal',
    leased: true,
    counts: 'check-ins, polls, acknowledgements, reports, evidence',
  },
} as const satisfies Record<string, { per: 'site' | 'address' | 'principal'; leased?: true; counts: string }>;

export type LimitPolicyName = keyof typeof limitPolicies;
export type PrincipalLimit = Exclude<LimitPolicyName, 'site-reports' | 'failed-requests'>;

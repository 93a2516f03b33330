/**
 * Settings for a stack that one machine tests or measures: everything comes from 127.0.0.1 and most of it with the
 * administrator's key, so its limits per address and per principal are those of a whole fleet. Still counted, never reached.
 */
export const wideLimits: Record<string, string> = {
  LIMITS: JSON.stringify(
    Object.fromEntries(
      ['failed-requests', 'reads', 'ledger-reads', 'changes', 'exports', 'appliance-requests'].map((name) => [
        name,
        { limit: 1_000_000_000, window_seconds: 60 },
      ]),
    ),
  ),
};

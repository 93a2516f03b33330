export interface Scenario {
  name: string;
  /** In tools/bench/wrk. */
  script: string;
  /** Requests a second that the design requires at 32 connections on 2 cores. */
  required: number;
  /** What is aimed at beyond. */
  aimed: number;
}

export const scenarios: Scenario[] = [
  { name: 'check-in', script: 'check-in.lua', required: 2_400, aimed: 6_000 },
  { name: 'poll', script: 'poll.lua', required: 4_300, aimed: 10_000 },
  { name: 'incident', script: 'incident.lua', required: 1_200, aimed: 2_700 },
  { name: 'incident-signed', script: 'incident-signed.lua', required: 1_200, aimed: 2_700 },
  { name: 'drift', script: 'drift.lua', required: 1_200, aimed: 2_700 },
  { name: 'evidence', script: 'evidence.lua', required: 1_200, aimed: 2_700 },
];

export const sealedRequired = 500;

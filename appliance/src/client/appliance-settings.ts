import type { Ed25519 } from '@countersign/shared/crypto/portable';
import type { Clock } from '@countersign/shared/kernel';
import type { KnownRunbooks } from '../runbooks/known-runbooks.ts';
import type { RunbookRunner } from '../runbooks/runbook-runner.ts';

export interface ApplianceSettings {
  /** Base URL of the gateway; https, unless it is this machine. */
  gatewayUrl: string;
  /** API key of kind appliance, bound to the site, for a box that has not enrolled; one that has uses what it got. */
  apiKey?: string | undefined;
  siteId: string;
  /** Names this box within its site; what orders for it are addressed to. */
  hostId: string;
  /** Folder for signing key, nonces and journal, made with mode 700. One box, one folder: never share or copy it. */
  stateDir: string;
  /** Where the Ed25519 seed lies (64 hex, mode 600); `<stateDir>/signing-key` by default, made at first use. */
  keyFile?: string | undefined;
  deploymentMode?: 'direct' | 'reseller' | undefined;
  resellerId?: string | undefined;
  /** "1.0" by default. */
  policyVersion?: string | undefined;
  nixosVersion?: string | undefined;
  /** Carries out runbooks; by default it is only simulated. */
  runner?: RunbookRunner | undefined;
  /** C2SP vkey of the ledger; when absent, the first one that `GET /ledger/key` says is believed from then on. */
  ledgerKey?: string | undefined;
  /** How long the ledger may show nothing that holds before `witness.isSilent` says so; 24 hours by default. */
  longestLedgerSilenceMs?: number | undefined;
  /** When given, orders for other runbooks or other editions are refused. */
  knownRunbooks?: KnownRunbooks | undefined;
  /** The longest life of an order that is accepted; 900 by default, 3,600 at most. */
  maxTtlSeconds?: number | undefined;
  /** For a whole runbook; 30 minutes by default. */
  executionTimeoutMs?: number | undefined;
  /** For one attempt of a request; 15,000 by default. */
  timeoutMs?: number | undefined;
  /** How often a request that is safe to repeat is sent at most; 4 by default. */
  attempts?: number | undefined;
  /** Lets http: go to other machines, on a test network. */
  allowPlainHttp?: boolean | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  clock?: Clock | undefined;
  /** tweetnacl by default. */
  ed25519?: Ed25519 | undefined;
  /** Waits between two attempts. */
  wait?: ((ms: number) => Promise<unknown>) | undefined;
}

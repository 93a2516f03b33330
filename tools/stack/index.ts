/**
 * The embedded stack: PostgreSQL, NATS and the four services on this machine, for `npm start`, tests and tools. Whatever
 * starts one of these is its owner: when that process dies, even by SIGKILL, everything it started dies with it.
 */
export { demoSite } from './first-keys.ts';
export { createKey, type CreatedKey } from './keys/create-key.ts';
export { forkService } from './services/fork-service.ts';
export { type ServiceName, serviceNames } from './services/service-names.ts';
export { serviceProgram } from './services/service-settings.ts';
export { type Engines, startEngines } from './start-engines.ts';
export type { StackInfo } from './stack-info.ts';
export type { Stack, StackOptions } from './stack-options.ts';
export { openStoppedStack, type StoppedStack } from './open-stopped-stack.ts';
export { LockedError } from './state/run-lock.ts';
export { ownStateFolder } from './state/state-folder.ts';
export { pickUserSettings } from './state/user-settings.ts';
export { startStack } from './start-stack.ts';
export { readStackFile } from './state/stack-file.ts';
export { wideLimits } from './wide-limits.ts';
export type { StoredSpan } from './traces/otlp-spans.ts';
export type { TraceSummary } from './traces/trace-store.ts';

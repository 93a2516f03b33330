export { createCertificates, type TestCertificates } from './create-certificates.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createTestSystem, type TestSystem } from './create-test-system.ts';
export { type Askers, openAskers } from './open-askers.ts';
export { openClient } from './open-client.ts';
export { emptyBroker } from './empty-broker.ts';
export type { ProvidedEngines, ProvidedStore } from './provided-engines.ts';
export * from './forge-token.ts';

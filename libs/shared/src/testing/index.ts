export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { emptyBroker } from './empty-broker.ts';

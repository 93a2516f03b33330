/** The embedded stack: PostgreSQL, NATS and the four services on this machine, for `npm start`, tests and tools. */
export { startEngines, type Engines } from './start-engines.ts';

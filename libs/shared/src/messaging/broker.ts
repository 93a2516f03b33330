/** The broker as its operators see it. A door of its own: what sets a broker up needs no Nest. */
export { type Broker, connectNats, type NatsSettings } from './connect-nats.ts';
export { createBrokerSeed, publicKeyOfBrokerSeed } from './broker-keys.ts';
export { declareAll, type DeclaredBroker, type DeclareSettings, keepDeclared } from './keep-declared.ts';
export { renderBrokerAccounts } from './render-broker-accounts.ts';

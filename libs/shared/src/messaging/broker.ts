/** The broker as its operators see it. A door of its own: what sets a broker up needs no Nest. */
export { AnswerInbox } from './answer-inbox.ts';
export { type Broker, connectNats, type NatsSettings } from './connect-nats.ts';
export { createBrokerSeed, publicKeyOfBrokerSeed } from './broker-keys.ts';
export { declareAll, type DeclaredBroker, type DeclareSettings, keepDeclared } from './keep-declared.ts';
export { createRequester, type Requester } from './requester.ts';
export { renderBrokerAccounts } from './render-broker-accounts.ts';

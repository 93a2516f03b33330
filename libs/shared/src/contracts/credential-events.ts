import { principalDisabled, subjectLinked, tokenIssued } from './credential.ts';
import type { EventContract } from './event-contract.ts';
import { principalCreated, principalRevoked } from './ledger.ts';

/** Events by which the ledger knows who may act, since when, and until when. */
export const credentialEvents = {
  'gateway.principal-created.v1': {
    owner: 'gateway',
    summary: 'A principal and its first credential were made.',
    schema: principalCreated,
    consumers: ['evidence'],
  },
  'gateway.principal-revoked.v1': {
    owner: 'gateway',
    summary: 'A credential of a principal was revoked.',
    schema: principalRevoked,
    consumers: ['evidence'],
  },
  'gateway.principal-disabled.v1': {
    owner: 'gateway',
    summary: 'A principal was disabled: none of its credentials is good any more.',
    schema: principalDisabled,
    consumers: ['evidence'],
  },
  'gateway.subject-linked.v1': {
    owner: 'gateway',
    summary: 'The tokens that an issuer makes for one of its subjects stand for a principal from now on.',
    schema: subjectLinked,
    consumers: ['evidence'],
  },
  'gateway.token-issued.v1': {
    owner: 'gateway',
    summary: 'A token that stands for a principal was made by hand.',
    schema: tokenIssued,
    consumers: ['evidence'],
  },
} as const satisfies Record<string, EventContract>;

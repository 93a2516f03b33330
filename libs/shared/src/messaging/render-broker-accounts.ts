import { type BrokerUser, brokerPermissionsOf, brokerUsers } from '../contracts/index.ts';

/**
 * The `accounts` of a nats-server configuration: one account with JetStream, one NKey user per service and one for the
 * operators' tools, each with the permissions that follow from the contracts. Takes public keys (`U…`), so the text is
 * no secret. For nats-server 2.9 and later; there must be no other user and no `no_auth_user` beside it.
 */
export function renderBrokerAccounts(publicKeys: Record<BrokerUser, string>): string {
  const users = brokerUsers.map((user) => {
    const { publish, subscribe } = brokerPermissionsOf(user);
    return [
      `      # ${user}`,
      '      {',
      `        nkey: ${publicKeys[user]}`,
      '        permissions {',
      `          publish { allow: ${list(publish)} }`,
      `          subscribe { allow: ${list(subscribe)} }`,
      '        }',
      '      }',
    ].join('\n');
  });
  return `accounts {\n  COUNTERSIGN {\n    jetstream: enabled\n    users: [\n${users.join('\n')}\n    ]\n  }\n}\n`;
}

function list(subjects: string[]): string {
  return `[\n${subjects.map((subject) => `            ${JSON.stringify(subject)}\n`).join('')}          ]`;
}

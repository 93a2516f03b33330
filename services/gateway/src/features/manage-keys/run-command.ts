import type { EnrolmentTokenCreated } from '@countersign/shared/contracts';
import { type KeysCommand, referenceOf } from '../../domain/keys-command.ts';
import type { ManageKeys } from './manage-keys.handler.ts';
import type { ManagePrincipals } from './manage-principals.handler.ts';
import { printKeys } from './print-keys.ts';

export interface KeysHandlers {
  keys: ManageKeys;
  principals: ManagePrincipals;
  enrolmentTokens: { create(wanted: unknown, by: { principal: null }): Promise<EnrolmentTokenCreated> };
}

/** What a command came to: for programs, and in words. */
interface Outcome {
  value: unknown;
  text: string;
}

const once = 'it is not shown again.';

/** Runs one command; the text is what to print. */
export async function runKeysCommand(command: KeysCommand, handlers: KeysHandlers): Promise<string> {
  const { value, text } = await perform(command, handlers);
  return command.json ? JSON.stringify(value) : text;
}

async function perform(command: KeysCommand, { keys, principals, enrolmentTokens }: KeysHandlers): Promise<Outcome> {
  switch (command.name) {
    case 'create': {
      const { site: siteId, ...options } = command.options;
      const made = await keys.create({ ...options, siteId });
      const until = made.expires_at === null ? '' : `\n  until      ${made.expires_at}`;
      const facts = `  id         ${made.id}\n  principal  ${made.principal_id}\n  key        ${made.key}${until}`;
      return { value: made, text: `${made.name}\n${facts}\nKeep the key: ${once}` };
    }
    case 'list': {
      const list = await keys.list();
      return { value: list, text: printKeys(list) };
    }
    case 'revoke': {
      const { id } = command.options;
      await keys.revoke(id);
      return { value: { id, revoked: true }, text: `revoked ${id}` };
    }
    case 'token': {
      const made = await principals.token(referenceOf(command.options), command.options.hours);
      const facts = `  until  ${made.expires_at}\n  token  ${made.token}`;
      return { value: made, text: `${made.name}\n${facts}\nKeep the token: ${once}` };
    }
    case 'link': {
      const { issuer, subject } = command.options;
      const { id, name } = await principals.link(referenceOf(command.options), { issuer, subject });
      const text = `Tokens of ${issuer} for ${subject} stand for ${name} (${id}).`;
      return { value: { principal_id: id, name, issuer, subject }, text };
    }
    case 'enrol-token': {
      const { site: site_id, host: host_id, uses, seconds: expires_in_seconds } = command.options;
      const made = await enrolmentTokens.create({ site_id, host_id, uses, expires_in_seconds }, { principal: null });
      const whom = host_id === undefined ? `an appliance of ${site_id}` : `${host_id} of ${site_id}`;
      const facts = `  id     ${made.token_id}\n  until  ${made.expires_at}\n  token  ${made.token}`;
      return { value: made, text: `enrolment of ${whom}\n${facts}\nKeep the token: ${once}` };
    }
    case 'disable': {
      const { id, name } = await principals.disable(referenceOf(command.options));
      return { value: { principal_id: id, name, disabled: true }, text: `disabled ${name} (${id})` };
    }
  }
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BrokerUser } from '@countersign/shared/contracts';
import { readOrMake } from '../state/secrets.ts';

/** The seed of each user's NKey; whoever has it is that user. */
export type BrokerSeeds = Record<BrokerUser, string>;

/** The users of our broker: made once and kept in `folder`, one file each; new ones every time without a folder. */
export async function openBrokerUsers(folder?: string): Promise<{ seeds: BrokerSeeds; accounts: string }> {
  const { createBrokerSeed, publicKeyOfBrokerSeed, renderBrokerAccounts } =
    await import('@countersign/shared/messaging/broker');
  const { brokerUsers } = await import('@countersign/shared/contracts');
  const seedOf = (user: BrokerUser): string =>
    folder === undefined ? createBrokerSeed() : readOrMake(join(folder, `nats-seed-${user}`), createBrokerSeed);
  const seeds = Object.fromEntries(brokerUsers.map((user) => [user, seedOf(user)])) as BrokerSeeds;
  const publicKeys = Object.entries(seeds).map(([user, seed]) => [user, publicKeyOfBrokerSeed(seed)]);
  return { seeds, accounts: renderBrokerAccounts(Object.fromEntries(publicKeys) as BrokerSeeds) };
}

/** One more user who may do everything, for tests: they empty the broker, and look at what it holds. */
export function withAdministrator(accounts: string): { accounts: string; user: string; password: string } {
  const [user, password] = ['countersign', randomBytes(24).toString('base64url')];
  const line = `      { user: ${user}, password: "${password}" }`;
  return { user, password, accounts: accounts.replace('    users: [\n', `    users: [\n${line}\n`) };
}

import { z } from 'zod';
import { identifier, namespace, principalKind, principalKinds, uuid } from '@countersign/shared/contracts';
import { longestLifeHours } from './token-claims.ts';

export const keysUsage = `Usage: npm run keys -- <command> [--json]

  create --kind ${principalKinds.join('|')}
         [--site SITE] [--name TEXT] [--namespace NAMESPACE] [--hours N]
  list
  revoke ID                                 this key; others of its principal go on
  token --principal ID | --name TEXT [--hours 24]
  link --principal ID | --name TEXT --issuer TEXT --subject TEXT
  disable --principal ID | --name TEXT      all keys and tokens of it, for good
  enrol-token --site SITE [--host HOST] [--uses 1] [--seconds 3600]

A key or token is shown once. An appliance key needs --site and acts for that site only. A token is signed with the
gateway's JWT_SECRET; link makes the tokens of another issuer, whose keys the gateway knows, stand for a principal.`;

const text = z.string().min(1).max(200);
const hours = (most: number) => z.coerce.number().positive().max(most);
const reference = { principal: uuid.optional(), name: text.optional() };

const commands = {
  create: z.strictObject({
    kind: principalKind,
    site: identifier.optional(),
    name: text.optional(),
    namespace: namespace.optional(),
    hours: hours(87_600).optional(),
  }),
  list: z.strictObject({}),
  revoke: z.strictObject({ id: uuid }),
  token: z.strictObject({ ...reference, hours: hours(longestLifeHours).default(24) }),
  link: z.strictObject({ ...reference, issuer: z.string().min(1).max(1_024), subject: z.string().min(1).max(255) }),
  disable: z.strictObject(reference),
  'enrol-token': z.strictObject({
    site: identifier,
    host: identifier.optional(),
    uses: z.coerce.number().int().optional(),
    seconds: z.coerce.number().int().optional(),
  }),
};

type Commands = typeof commands;
export type KeysCommand = {
  [Name in keyof Commands]: { name: Name; json: boolean; options: z.output<Commands[Name]> };
}[keyof Commands];

/** Arguments, told apart. */
export interface KeysArguments {
  positionals: string[];
  options: Record<string, string | undefined>;
  json: boolean;
}

/** What they ask for; undefined for nothing. Throws what to tell the person otherwise. */
export function keysCommandOf({ positionals, options, json }: KeysArguments): KeysCommand | undefined {
  const [name = '', id, ...more] = positionals;
  if (name === '') return undefined;
  if (!Object.hasOwn(commands, name) || more.length > 0) throw new Error(keysUsage);
  const parsed = commands[name as keyof Commands].parse(id === undefined ? options : { ...options, id });
  return { name, json, options: parsed } as KeysCommand;
}

/** Exactly one way to name a principal. */
export function referenceOf({ principal, name }: z.output<Commands['disable']>): { id: string } | { name: string } {
  if ((principal === undefined) === (name === undefined)) throw new Error('Give --principal ID or --name TEXT.');
  return principal === undefined ? { name: name! } : { id: principal };
}

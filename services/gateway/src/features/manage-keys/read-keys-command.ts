import { parseArgs } from 'node:util';
import { type KeysCommand, keysCommandOf } from '../../domain/keys-command.ts';

/** What the arguments ask for; undefined when they ask for the usage. Throws what to tell the person otherwise. */
export function readKeysCommand(args: string[]): KeysCommand | undefined {
  const option = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kind: option,
      site: option,
      name: option,
      namespace: option,
      hours: option,
      principal: option,
      issuer: option,
      subject: option,
      host: option,
      uses: option,
      seconds: option,
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { json, help, ...options } = values;
  return help ? undefined : keysCommandOf({ positionals, options, json });
}

export const usage = `Usage: node verify.mjs [kit.zip | folder] [--ledger-key KEY] [--json]

Judges an auditor's kit of Countersign, as a ZIP or unpacked; without a path, the folder that this script lies in.

  --ledger-key KEY   the ledger's key as you know it from elsewhere (name+id+base64)
  --json             the whole verdict as JSON

Ends with 0 when the kit holds, 1 when it does not, 2 when it cannot be read.`;

export interface Arguments {
  path: string | undefined;
  ledgerKey: string | undefined;
  json: boolean;
}

/** Reads the command line; undefined: help. Throws an Error that says what is wrong. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const read: Arguments = { path: undefined, ledgerKey: undefined, json: false };
  for (let at = 0; at < args.length; at += 1) {
    const [name, ...rest] = args[at]!.split('=');
    if (name === '--help' || name === '-h') return undefined;
    if (name === '--json') read.json = true;
    else if (name === '--ledger-key') {
      read.ledgerKey = rest.length > 0 ? rest.join('=') : args[(at += 1)];
      if (!read.ledgerKey) throw new Error('--ledger-key needs a key.');
    } else if (args[at]!.startsWith('-')) throw new Error(`There is no option ${name}.`);
    else if (read.path === undefined) read.path = args[at];
    else throw new Error('One kit at a time.');
  }
  return read;
}

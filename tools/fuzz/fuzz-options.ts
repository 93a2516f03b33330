import { parseArgs } from 'node:util';

export const usage = `Usage: npm run fuzz -- [options]

Feeds every reader of what strangers send with inputs that are made and mutated, follows what is new in coverage and answers,
and fails when one of them crashes, answers 5xx, breaks a rule or is slow. The targets \`http\` and \`multipart\` start a system
of their own.

  --inputs N       in all targets together (1000000)
  --target T,...   these only (all)
  --seed S         repeats a run; the seed is printed (random)
  --save           writes findings to tools/fuzz/regressions and new ground to tools/fuzz/corpus
  --json           prints the report as JSON
  --list           prints the targets`;

export interface FuzzOptions {
  inputs: number;
  /** Undefined: all. */
  targets: string[] | undefined;
  seed: number;
  save: boolean;
  json: boolean;
  list: boolean;
}

/** Reads the command line; undefined: help. Throws an Error that says what is wrong. */
export function readFuzzOptions(args: string[]): FuzzOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      inputs: text,
      target: text,
      seed: text,
      save: flag,
      json: flag,
      list: flag,
      help: { ...flag, short: 'h' },
    },
  });
  if (values.help) return undefined;
  return {
    inputs: readCount('--inputs', values.inputs ?? '1000000'),
    targets: values.target?.split(','),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : readCount('--seed', values.seed),
    save: values.save,
    json: values.json,
    list: values.list,
  };
}

function readCount(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`${name} is a whole number.\n\n${usage}`);
  return Number(text);
}

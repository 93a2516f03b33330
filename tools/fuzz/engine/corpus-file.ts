import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `corpus`: inputs that reach what others do not. `regressions`: inputs that once did what must not happen. */
export type Kept = 'corpus' | 'regressions';

const fileOf = (kept: Kept, target: string): string =>
  fileURLToPath(new URL(`../${kept}/${target}.jsonl`, import.meta.url));

/** The inputs that the repository has for a target. */
export function readKept(kept: Kept, target: string): Uint8Array[] {
  const file = fileOf(kept, target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => decodeInput(JSON.parse(line) as EncodedInput));
}

export function writeKept(kept: Kept, target: string, inputs: readonly Uint8Array[]): void {
  const lines = [...new Set(inputs.map((input) => JSON.stringify(encodeInput(input))))];
  writeFileSync(fileOf(kept, target), lines.map((line) => `${line}\n`).join(''));
}

/** Text where it is text, so that a person can read it. */
export type EncodedInput = string | { base64: string };

export function encodeInput(input: Uint8Array): EncodedInput {
  const bytes = Buffer.from(input);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') };
}

const decodeInput = (input: EncodedInput): Uint8Array =>
  typeof input === 'string' ? Buffer.from(input) : Buffer.from(input.base64, 'base64');

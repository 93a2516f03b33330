import { readFile } from 'node:fs/promises';

const bundle = new URL('../../../dist/verify.bundle.js', import.meta.url);
let text: Promise<string> | undefined;

/** The text of the verifier, which the build makes; read once. */
export function readVerifier(): Promise<string> {
  text ??= readFile(bundle, 'utf8');
  return text;
}

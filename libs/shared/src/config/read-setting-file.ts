import { readFileSync, statSync } from 'node:fs';
import { accept, refuse, type Result } from '../kernel/index.ts';

const mostBytes = 64 * 1024;

/**
 * The trimmed text of a file that holds one setting. A refusal never repeats the path: who mistakes `X_FILE` for `X`
 * has put the secret itself there.
 */
export function readSettingFile(path: string): Result<string, string> {
  try {
    const facts = statSync(path);
    if (!facts.isFile()) {
      return refuse('names something that is no file');
    }
    if (facts.size > mostBytes) {
      return refuse(`names a file of more than ${mostBytes} bytes`);
    }
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? refuse('names an empty file') : accept(text);
  } catch (error) {
    return refuse(`names a file that cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

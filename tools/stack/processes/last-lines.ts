import { readFileSync } from 'node:fs';

/** The end of a log file on one line, for an error message. */
export function lastLines(file: string, count = 3): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-count).join(' | ');
  } catch {
    return '(no log)';
  }
}

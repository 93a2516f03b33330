import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 64 * 1024;

/**
 * What a service last complained about, for a person: its own error lines, or plain text such as a stack trace.
 * Only what stands behind the first `fromByte` bytes of the log counts.
 */
export function explainEnd(logFile: string, name: string, fromByte: number): string {
  const said = readTail(logFile, fromByte).flatMap((line) => complaintIn(line, name) ?? []);
  return `${said.slice(-3).join(' | ') || 'it said nothing'} (${logFile})`;
}

/** The text of a log line when it is a complaint of this service, or of nobody known. */
export function complaintIn(line: string, name: string): string | undefined {
  let entry: { service?: string; level?: number | string; msg?: string; err?: { message?: string } };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return line.trim() || undefined;
  }
  const isBad = typeof entry.level === 'number' ? entry.level >= 50 : ['error', 'fatal'].includes(entry.level ?? '');
  if (entry.service !== name || !isBad) return undefined;
  return [entry.msg, entry.err?.message].filter(Boolean).join(': ');
}

function readTail(file: string, fromByte: number): string[] {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(fromByte, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(handle, buffer, 0, buffer.length, start);
    return buffer.toString('utf8').split('\n');
  } finally {
    closeSync(handle);
  }
}

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { call } from './call.ts';

/** Megabytes that a process holds in memory (Linux). */
export function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

export interface Sent {
  /** The status of the answer; undefined: none came. */
  status: number | undefined;
  sentMegabytes: number;
  ms: number;
}

/** Sends `head`, then what `next` gives, as fast as it is taken, until it gives nothing more or the server ends it. */
export function pour(url: string, head: string, next: () => Buffer | undefined): Promise<Sent> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = openSocket(url);
    let received = '';
    let bytes = 0;
    const write = (): void => {
      for (;;) {
        const piece = next();
        if (piece === undefined || socket.destroyed) return;
        bytes += piece.length;
        if (!socket.write(piece)) return void socket.once('drain', write);
      }
    };
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(received)?.[1];
      resolve({
        status: status === undefined ? undefined : Number(status),
        sentMegabytes: bytes / 2 ** 20,
        ms: performance.now() - started,
      });
    });
    socket.write(head);
    write();
  });
}

export function openSocket(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  return socket;
}

export interface Seen {
  /** Milliseconds that a normal client waited, of half and of 99 in 100 of its requests, and the longest. */
  p50: number;
  p99: number;
  max: number;
  requests: number;
  failed: number;
  /** The largest memory of the process. */
  megabytes: number;
}

/** What a normal client sees, and what the process holds, while `attack` goes on. */
export async function watchDuring(
  url: string,
  key: string,
  pid: number,
  attack: () => Promise<unknown>,
): Promise<Seen> {
  const waits: number[] = [];
  let failed = 0;
  let megabytes = 0;
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      const started = performance.now();
      const answer = await call(`${url}/runbooks`, { key }).catch(() => undefined);
      if (answer?.status !== 200) failed += 1;
      waits.push(performance.now() - started);
      megabytes = Math.max(megabytes, residentMegabytes(pid));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const watching = client();
  await attack();
  isOver = true;
  await watching;
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1), requests: waits.length, failed, megabytes: Math.round(megabytes) };
}

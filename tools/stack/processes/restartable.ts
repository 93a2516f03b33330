import type { Part } from './part.ts';
import type { Watch } from './watch.ts';

/** A server that can be stopped and started again at the same address. */
export interface Restartable {
  /** Undefined while it is stopped. */
  part: () => Part | undefined;
  start: () => Promise<Part>;
  stop: () => Promise<void>;
  /** SIGKILL. */
  kill: () => Promise<void>;
}

/** `begin` gets the port of the first run again, so that clients find the server where it was. */
export function makeRestartable(watch: Watch, begin: (port: number | undefined) => Promise<Part>): Restartable {
  let running: Part | undefined;
  let port: number | undefined;
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    if (!running) return;
    const part = running;
    watch.expectEnd(part);
    await part[how]();
    running = undefined;
  };
  return {
    part: () => running,
    async start() {
      if (running) return running;
      running = await begin(port);
      port = running.port;
      watch.add(running);
      return running;
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
  };
}

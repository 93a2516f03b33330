const heartbeatMs = 10_000;

/**
 * Step lines in the form of tools/stack/steps.ts, the same on a terminal and in a log. `everything`: also of steps that
 * had next to nothing to do.
 */
export function createProgress(stream, everything) {
  stream.on('error', () => {}); // a closed pipe or terminal is no reason to stop half-way
  const say = (text) => stream.write(`${text}\n`);
  const lineOf = (name, text, ms) => `  ${name.padEnd(10)} ${text.padEnd(58)} ${(ms / 1000).toFixed(1).padStart(5)} s`;
  return {
    say,
    /** A step of a minute: says that it began, gives a sign of life every ten seconds, and its time. */
    async long(name, text, work) {
      const began = performance.now();
      say(lineOf(name, `${text} ...`, 0));
      const heartbeat = setInterval(() => say(lineOf(name, '...', performance.now() - began)), heartbeatMs);
      try {
        await work();
      } finally {
        clearInterval(heartbeat);
      }
      say(lineOf(name, 'done', performance.now() - began));
    },
    /** A step that mostly takes no time. */
    async short(name, text, work) {
      const began = performance.now();
      await work();
      const ms = performance.now() - began;
      if (everything || ms > 1_500) say(lineOf(name, text, ms));
    },
  };
}

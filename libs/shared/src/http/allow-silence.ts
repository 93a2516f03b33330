import { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/**
 * Lets the connection of a request be silent for `ms`, for an answer that takes longer to prepare than connections may
 * usually be silent. Without `ms` the usual bound holds again; so it does for the next request in any case.
 */
export function allowSilence(reply: FastifyReply, ms?: number): void {
  const { socket } = reply.raw;
  // An injected request has none.
  if (socket instanceof Socket) socket.setTimeout(ms ?? reply.server.server.timeout);
}

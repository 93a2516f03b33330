import type { Json } from '../json.ts';

const probe = (operationId: string, summary: string, healthy: Json): Json => {
  const answer = (status: string): Json => ({
    description: status,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ProbeReport' }, example: healthy } },
  });
  return {
    get: {
      operationId,
      tags: ['health'],
      summary,
      description: 'Needs no credential. Every service answers it on its own port.',
      security: [],
      responses: {
        '200': answer('Yes.'),
        '503': {
          ...answer('No.'),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ProbeReport' } } },
        },
      },
    },
  };
};

/** Routes that are no part of the catalogue: probes for whoever runs the processes. */
export const probePaths: Record<string, Json> = {
  '/livez': probe(
    'live',
    'Should the process be replaced? Only what a restart cures: a stuck event loop or consumer.',
    {
      status: 'ok',
      event_loop_lag_ms: 0,
      stalled: [],
    },
  ),
  '/readyz': probe('ready', 'Should the process be sent work? Not before it has started, not while it drains.', {
    status: 'ok',
    database: 'connected',
    nats: 'connected',
    started: true,
    draining: false,
  }),
  '/startupz': probe('startup', 'Has the process started?', { status: 'ok' }),
};

export const probeReport: Json = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['ok', 'failing', 'starting'] } },
  additionalProperties: true,
};

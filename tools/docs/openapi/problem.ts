import { errorCatalog } from '@countersign/shared/contracts';
import type { Json } from '../json.ts';

/** RFC 9457 with members of our own; `http/problem.ts` writes it. */
export const problemSchema: Json = {
  type: 'object',
  description: 'What went wrong. Act on `error_code`; docs/errors.md says what each code means and what to do.',
  required: ['type', 'title', 'status', 'instance', 'error_code', 'request_id', 'trace_id'],
  properties: {
    type: { type: 'string', description: '`urn:countersign:error:` and the code.' },
    title: { type: 'string', description: 'What the code means; the same in every occurrence.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What went wrong here; for people.' },
    instance: { type: 'string', description: 'The path of the request, without its query.' },
    error_code: { type: 'string', enum: Object.keys(errorCatalog) },
    request_id: { type: 'string' },
    trace_id: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    remedy: { type: 'string', description: 'What to do.' },
    errors: {
      type: 'array',
      description: 'Every bad field of the request.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
  additionalProperties: true,
};

import type { z } from 'zod';
import {
  downloadCatalog,
  type DownloadContract,
  eventCatalog,
  type EventContract,
  requestCatalog,
  type RequestContract,
} from '@countersign/shared/contracts';
import { describeSchemas } from '../describe-schema.ts';
import { type Json, typeName } from '../json.ts';

export const events: [string, EventContract][] = Object.entries(eventCatalog);
export const requests: [string, RequestContract][] = Object.entries(requestCatalog);
export const downloads: [string, DownloadContract][] = Object.entries(downloadCatalog);

export const dataName = (event: string): string => `${typeName(event)}Data`;
export const questionName = (request: string): string => `${typeName(request)}Question`;
export const answerName = (request: string): string => `${typeName(request)}Answer`;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const collect = (entries: [string, z.ZodType][]) => new Map(entries);

/** Every schema of the document by its name: data of events, questions and answers, and what wraps them. */
export function buildSchemas(): Record<string, Json> {
  const output = collect([
    ...events.map(([name, { schema }]): [string, z.ZodType] => [dataName(name), schema]),
    ...requests.map(([name, { response }]): [string, z.ZodType] => [answerName(name), response]),
  ]);
  const input = collect([...requests, ...downloads].map(([name, { request }]) => [questionName(name), request]));
  return {
    ...Object.fromEntries(events.map(([name, contract]) => [typeName(name), cloudEvent(name, contract)])),
    WireError: wireError,
    Reply: reply,
    ...describeSchemas(input, 'input', 'draft-7'),
    ...describeSchemas(output, 'output', 'draft-7'),
  };
}

/** CloudEvents 1.0, JSON format: one event of a batch. */
function cloudEvent(name: string, { owner, summary }: EventContract): Json {
  return {
    type: 'object',
    description: summary,
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'],
    properties: {
      specversion: { type: 'string', const: '1.0' },
      id: { type: 'string', description: 'Unique within `source`; saying the same thing twice gives the same id.' },
      source: { type: 'string', const: `/${owner}` },
      type: { type: 'string', const: name },
      subject: { type: 'string', description: 'The site.' },
      time: { type: 'string', format: 'date-time', description: 'When it happened.' },
      datacontenttype: { type: 'string', const: 'application/json' },
      traceparent: { type: 'string', description: 'W3C Trace Context of the span that caused the event.' },
      replyto: { type: 'string', description: 'Inbox of the gateway that waits for the outcome. A courtesy.' },
      data: ref(dataName(name)),
    },
  };
}

const wireError: Json = {
  type: 'object',
  description: 'A failure as it travels between processes.',
  required: ['code', 'kind', 'message'],
  properties: {
    code: { type: 'string' },
    kind: { type: 'string' },
    message: { type: 'string' },
    details: { type: 'object' },
    retry_after: { type: 'number', description: 'Seconds.' },
  },
};

const reply: Json = {
  type: 'object',
  description: 'What came of something that a gateway accepted. Losing it costs latency, never correctness.',
  required: ['id'],
  properties: { id: { type: 'string', description: 'The event that the answer is for.' }, error: ref('WireError') },
  additionalProperties: true,
};

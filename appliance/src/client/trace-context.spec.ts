import { describe, expect, it } from 'vitest';
import { followTraces } from './trace-context.ts';

const answering = (traceparent?: string) => async () => ({
  status: 200,
  headers: new Headers(traceparent === undefined ? {} : { traceparent }),
  text: '{}',
  body: {},
});
const traceId = 'ab'.repeat(16);

describe('the trace of an order', () => {
  it('goes on, recorded or not as the server chose in its last answer', async () => {
    const traces = followTraces(answering(`00-${'cd'.repeat(16)}-${'ef'.repeat(8)}-01`));
    expect(traces.headersFor(traceId)['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    await traces.send({ method: 'GET', path: '/' });
    expect(traces.headersFor(traceId)['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  });

  it.each(['', '0'.repeat(32), 'x\r\nhost: evil', 7, null, undefined])('is not taken from %j', (hostile) => {
    expect(followTraces(answering()).headersFor(hostile)).toEqual({});
  });
});

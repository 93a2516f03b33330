import { describe, expect, inject, it } from 'vitest';
import { enrolBox } from '../harness/box.ts';
import { rootsOf, spansOfIncident, untilSpans } from '../harness/spans.ts';
import { walkIncident } from '../harness/walk-incident.ts';

const system = inject('system');
const { otlpUrl } = inject('inside');

describe('an incident', () => {
  it('is one trace through gateway, runbooks, orders and evidence, unbroken from the report on', async () => {
    const box = await enrolBox(system);
    const { traceId } = await walkIncident(box);
    const spans = await untilSpans(otlpUrl, traceId, spansOfIncident);
    // The evidence came with the box's own span as its parent, which nobody exported.
    expect(rootsOf(spans).toSorted()).toEqual(['gateway POST /evidence', 'gateway POST /incidents']);
    expect(new Set(spans.map((span) => span.service))).toEqual(new Set(['gateway', 'runbooks', 'orders', 'evidence']));
    expect(spans.filter((span) => span.status === 2)).toEqual([]);
  });
});

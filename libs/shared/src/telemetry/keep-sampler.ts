import { type Attributes, type Context, type Link, type SpanKind, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { attributes as names } from './attributes.ts';
import { keepsTrace, type Sampling } from './sampling.ts';

/** Keeps a span that says so (`countersign.keep`), whatever the ratio and the parent said; else goes by these. */
export class KeepSampler implements Sampler {
  readonly #sampling: Sampling;

  constructor(sampling: Sampling) {
    this.#sampling = sampling;
  }

  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    const parentSampled = parent === undefined ? undefined : (parent.traceFlags & 1) === 1;
    const kept = attributes[names.keep] === true || keepsTrace(this.#sampling, traceId, parentSampled);
    return { decision: kept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    const { parentBased, ratio } = this.#sampling;
    return `KeepSampler{parentBased=${parentBased}, ratio=${ratio}}`;
  }
}

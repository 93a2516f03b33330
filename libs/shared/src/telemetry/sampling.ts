/** Which traces are kept. */
export interface Sampling {
  /** The flag of an incoming trace decides for it. */
  parentBased: boolean;
  /** The share of all other traces, 0 to 1. */
  ratio: number;
}

/** The settings that the OpenTelemetry specification names: what `loadConfig` gives, or the bare environment. */
export interface SamplerSettings {
  OTEL_TRACES_SAMPLER?: string | undefined;
  OTEL_TRACES_SAMPLER_ARG?: string | number | undefined;
}

/** `parentbased_always_on` unless the settings say otherwise; a share that is no number from 0 to 1 counts as 1. */
export function samplingOf(settings: SamplerSettings = {}): Sampling {
  const name = settings.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on';
  const parentBased = name.startsWith('parentbased_');
  if (name.endsWith('always_off')) {
    return { parentBased, ratio: 0 };
  }
  const share = Number(settings.OTEL_TRACES_SAMPLER_ARG ?? 1);
  return { parentBased, ratio: name.endsWith('traceidratio') && share >= 0 && share <= 1 ? share : 1 };
}

/**
 * Whether to keep a trace. The answer for a trace id is the same in every process: as in OpenTelemetry's probability
 * sampling its last 56 bits (here the upper 32 of them) are compared with the share.
 */
export function keepsTrace({ parentBased, ratio }: Sampling, traceId: string, parentSampled?: boolean): boolean {
  if (parentBased && parentSampled !== undefined) {
    return parentSampled;
  }
  return ratio >= 1 || (ratio > 0 && Number.parseInt(traceId.slice(18, 26), 16) >= (1 - ratio) * 2 ** 32);
}

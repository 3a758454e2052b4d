/**
 * The request's id, and whether the request is traced (spec/http.md 1.11). The id decides the second where chance does:
 * every proxy on the way draws the same lot. The decision is written into the id, so that the next one need not make it.
 */
import type { Random, RandomBytes } from "../../base/random.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { SamplingConfig } from "../../config/forwarding_config.ts";
import type { RuntimeFractionConfig } from "../../config/match_config.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import {
  sampleOf,
  setTraceReason,
  TraceReason,
  traceReasonOf,
  type TraceReasonValue,
  writeRequestId,
} from "../../http/request_id.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

export class RequestIdRules {
  readonly #generates: boolean;
  readonly #keepsExternal: boolean;
  readonly #packsReason: boolean;
  readonly #random: RandomBytes;

  constructor(config: HttpConnectionManagerConfig, random: RandomBytes) {
    this.#generates = config.generateRequestId;
    this.#keepsExternal = config.preserveExternalRequestId;
    this.#packsReason = config.requestId.packsTraceReason;
    this.#random = random;
  }

  /** Sees to it that the request has an id, and at the edge that it is ours. */
  apply(headers: HeaderList, isEdge: boolean): void {
    if (!this.#generates) return;
    const entry = headers.find(HeaderId.xRequestId);
    const isGiven = entry >= 0 && headers.valueStart(entry) !== headers.valueEnd(entry);
    if (isGiven && !isEdge) return;
    if (isGiven && this.#keepsExternal) {
      // Who is not trusted does not decide about our traces.
      if (this.#packsReason) setTraceReason(headers, TraceReason.notTraceable);
      return;
    }
    headers.remove(HeaderId.xRequestId);
    writeRequestId(headers.openLine(HeaderId.xRequestId), this.#random);
    headers.closeLine();
  }
}

/** The three shares of one level, with the keys by which the runtime overrides them. */
interface Sampling {
  readonly client: RuntimeFractionConfig;
  readonly random: RuntimeFractionConfig;
  readonly overall: RuntimeFractionConfig;
}

/** Whether a request is traced. */
export class TraceRules {
  readonly #sampling: Sampling;
  readonly #packsReason: boolean;
  readonly #samplesById: boolean;
  readonly #runtime: RuntimeValues;
  readonly #random: Random;
  /** By the route's configuration, which stands in place of the manager's. */
  readonly #bySampling = new WeakMap<SamplingConfig, Sampling>();

  constructor(
    sampling: SamplingConfig,
    { packsTraceReason, samplesById }: HttpConnectionManagerConfig["requestId"],
    runtime: RuntimeValues,
    random: Random,
  ) {
    this.#sampling = withKeys(sampling);
    this.#packsReason = packsTraceReason;
    this.#samplesById = samplesById;
    this.#runtime = runtime;
    this.#random = random;
  }

  /** Decides, and notes the decision in the request's id. `ofRoute`: the route's own shares, or null. */
  decide(headers: HeaderList, ofRoute: SamplingConfig | null): TraceReasonValue {
    if (!this.#samplesById) return TraceReason.sampled;
    const sample = sampleOf(headers);
    if (sample < 0) return TraceReason.notTraceable;
    const sampling = ofRoute === null ? this.#sampling : this.#samplingOf(ofRoute);
    const before = this.#packsReason ? traceReasonOf(headers) : TraceReason.notTraceable;
    let reason: TraceReasonValue = before === TraceReason.notTraceable ? this.#draw(headers, sampling, sample) : before;
    const isTooMuch = reason !== TraceReason.notTraceable && !this.#runtime.fraction(sampling.overall, sample);
    if (isTooMuch) reason = TraceReason.notTraceable;
    // An id that says something unknown is not traceable, and said to be so only here.
    if (this.#packsReason && (isTooMuch || reason !== before)) setTraceReason(headers, reason);
    return reason;
  }

  #draw(headers: HeaderList, sampling: Sampling, sample: number): TraceReasonValue {
    const runtime = this.#runtime;
    if (headers.has(HeaderId.xClientTraceId) && runtime.fraction(sampling.client, this.#random.whole())) {
      return TraceReason.clientForced;
    }
    if (headers.has(HeaderId.xEnvoyForceTrace)) return TraceReason.serviceForced;
    return runtime.fraction(sampling.random, sample) ? TraceReason.sampled : TraceReason.notTraceable;
  }

  #samplingOf(config: SamplingConfig): Sampling {
    let sampling = this.#bySampling.get(config);
    if (sampling === undefined) this.#bySampling.set(config, sampling = withKeys(config));
    return sampling;
  }
}

function withKeys({ client, random, overall }: SamplingConfig): Sampling {
  return {
    client: { ...client, runtimeKey: "tracing.client_enabled" },
    random: { ...random, runtimeKey: "tracing.random_sampling" },
    overall: { ...overall, runtimeKey: "tracing.global_enabled" },
  };
}

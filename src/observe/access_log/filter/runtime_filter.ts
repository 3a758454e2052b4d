/**
 * A share of the streams. The request id decides, so that all proxies a request passes agree about it; where it is none
 * that tells, or is not to be asked, chance does.
 */
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import { idNumberOf } from "../../../http/request_id.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter, FilterContext } from "./access_log_filter.ts";

export class RuntimeFilter implements AccessLogFilter {
  readonly #config: AccessLogFilterConfig & { readonly kind: "runtime" };
  readonly #context: FilterContext;

  constructor(config: AccessLogFilterConfig & { readonly kind: "runtime" }, context: FilterContext) {
    this.#config = config;
    this.#context = context;
  }

  passes({ request }: StreamView): boolean {
    const { runtimeKey, sampled, useIndependentRandomness } = this.#config;
    const { runtime, random } = this.#context;
    const pivot = useIndependentRandomness || request === null ? -1 : idNumberOf(request.headers);
    const drawn = (pivot < 0 ? random.next32() : pivot) % sampled.denominator;
    return drawn < runtime.number(runtimeKey, sampled.numerator);
  }
}

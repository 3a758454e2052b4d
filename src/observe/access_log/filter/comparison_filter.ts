/** Streams by a number of theirs: the response code, which is 0 where nothing was sent, or the duration in ms. */
import { assertNever } from "../../../base/errors.ts";
import type { ComparisonConfig } from "../../../config/access_log_config.ts";
import type { RuntimeValues } from "../../../match/runtime_values.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter, FilterContext } from "./access_log_filter.ts";

export class ComparisonFilter implements AccessLogFilter {
  readonly #read: (view: StreamView) => number;
  readonly #config: ComparisonConfig;
  readonly #runtime: RuntimeValues;

  constructor(read: (view: StreamView) => number, config: ComparisonConfig, { runtime }: FilterContext) {
    this.#read = read;
    this.#config = config;
    this.#runtime = runtime;
  }

  passes(view: StreamView): boolean {
    const { op, value, runtimeKey } = this.#config;
    const found = this.#read(view);
    const wanted = runtimeKey === "" ? value : this.#runtime.number(runtimeKey, value);
    switch (op) {
      case "EQ":
        return found === wanted;
      case "GE":
        return found >= wanted;
      case "LE":
        return found <= wanted;
      case "NE":
        return found !== wanted;
      default:
        return assertNever(op);
    }
  }
}

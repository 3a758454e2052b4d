/**
 * Access logs (spec/http.md 8): one line for every stream that ends, or at other times where that is asked for, to each
 * place the configuration names whose filter lets it pass. A request that is not logged costs nothing; one that is costs
 * its bytes.
 */
import type { Clock } from "../../base/clock.ts";
import type { AccessLogConfig } from "../../config/access_log_config.ts";
import type { FormatContext } from "../format/format_context.ts";
import { compileFormat, type Formatter } from "../format/formatter.ts";
import { readsTrailers } from "./reads_trailers.ts";
import type { StreamView } from "../stream_view.ts";
import type { AccessLogSink } from "./access_log_sink.ts";
import { writeDefaultLine } from "./default_format.ts";
import type { AccessLogFilter, FilterContext } from "./filter/access_log_filter.ts";
import { compileAccessLogFilter } from "./filter/compile_filter.ts";
import { StartTime } from "./start_time.ts";

/** Gives the sink of a configured log; the same place is the same sink. */
export interface AccessLogSinkSource {
  sinkFor(config: Pick<AccessLogConfig, "sink" | "path">): AccessLogSink;
}

/** What a worker hands to its access logs. */
export interface AccessLogServices {
  readonly sinks: AccessLogSinkSource;
  readonly formats: FormatContext;
  readonly filters: FilterContext;
}

/** One place, and what goes there. */
interface Entry {
  readonly sink: AccessLogSink;
  /** Null: the default format. */
  readonly formatter: Formatter | null;
  /** Null: everything passes. */
  readonly filter: AccessLogFilter | null;
}

export class AccessLogger {
  /** Something of what is logged is read from the response's trailers: they must be kept. */
  readonly readsTrailers: boolean;
  readonly #entries: readonly Entry[];
  readonly #startTime = new StartTime();
  readonly #clock: Clock;

  constructor(configs: readonly AccessLogConfig[], { sinks, formats, filters }: AccessLogServices) {
    this.#clock = formats.clock;
    this.readsTrailers = configs.some(readsTrailers);
    this.#entries = configs.map((config) => ({
      sink: sinks.sinkFor(config),
      formatter: config.format === null ? null : compileFormat(config.format, true, formats),
      filter: config.filter === null ? null : compileAccessLogFilter(config.filter, filters),
    }));
  }

  /** The logger of a list of logs; null = nothing is logged. */
  static of(configs: readonly AccessLogConfig[], services: AccessLogServices): AccessLogger | null {
    return configs.length === 0 ? null : new AccessLogger(configs, services);
  }

  /** Logs a stream as it is now, while its heads are held. */
  log(view: StreamView): void {
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) {
      const { sink, formatter, filter } = entries[i]!;
      if (filter !== null && !filter.passes(view)) continue;
      const writer = sink.openLine();
      if (writer === null) continue;
      if (formatter === null) writeDefaultLine(writer, this.#startTime, this.#clock, view);
      else formatter.write(writer, view);
      sink.closeLine();
    }
  }
}

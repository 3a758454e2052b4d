/**
 * The access log of one connection manager: one line for every stream that ends, to each place the configuration names
 * (spec/http.md 8). A request that is not logged costs nothing; one that is costs its bytes.
 */
import type { AccessLogConfig } from "../../config/access_log_config.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { StreamFacts } from "../stream_facts.ts";
import type { AccessLogSink } from "./access_log_sink.ts";
import { writeDefaultLine } from "./default_format.ts";
import { StartTime } from "./start_time.ts";

/** Gives the sink of a configured log; the same place is the same sink. */
export interface AccessLogSinkSource {
  sinkFor(config: AccessLogConfig): AccessLogSink;
}

export class AccessLogger {
  readonly #sinks: readonly AccessLogSink[];
  readonly #startTime = new StartTime();

  constructor(configs: readonly AccessLogConfig[], sinks: AccessLogSinkSource) {
    this.#sinks = configs.map((config) => sinks.sinkFor(config));
  }

  /** Whether there is anything to write: the caller may then skip what only a log line needs. */
  get isOn(): boolean {
    return this.#sinks.length > 0;
  }

  /**
   * Logs a stream at its end, while its heads are still held. `request` is null when its head never became whole, `response`
   * when none was begun.
   */
  log(facts: StreamFacts, request: RequestHead | null, response: ResponseHead | null): void {
    const sinks = this.#sinks;
    for (let i = 0; i < sinks.length; i++) {
      const sink = sinks[i]!;
      const writer = sink.openLine();
      if (writer === null) continue;
      writeDefaultLine(writer, this.#startTime, facts, request, response);
      sink.closeLine();
    }
  }
}

/** Access log filters, compiled (spec/http.md 8.3). */
import { assertNever } from "../../../base/errors.ts";
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import { TraceReason } from "../../../http/request_id.ts";
import { StreamExpression } from "../../cel/stream_expression.ts";
import { durationMs } from "../../stream_duration.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter, FilterContext } from "./access_log_filter.ts";
import { ComparisonFilter } from "./comparison_filter.ts";
import { HeaderFilter, MetadataFilter } from "./head_filters.ts";
import { GrpcStatusFilter, LogTypeFilter, ResponseFlagFilter } from "./outcome_filters.ts";
import { RuntimeFilter } from "./runtime_filter.ts";

/** Compiles a filter for one worker. */
export function compileAccessLogFilter(config: AccessLogFilterConfig, context: FilterContext): AccessLogFilter {
  switch (config.kind) {
    case "status_code":
      return new ComparisonFilter(({ facts }) => facts.responseCode, config.comparison, context);
    case "duration":
      return new ComparisonFilter(({ facts }) => durationMs(facts, context.clock), config.comparison, context);
    case "not_health_check":
      return { passes: ({ facts }) => !facts.isHealthCheck };
    case "traceable":
      return { passes: ({ facts }) => facts.traceReason === TraceReason.serviceForced };
    case "runtime":
      return new RuntimeFilter(config, context);
    case "and": {
      const filters = config.filters.map((filter) => compileAccessLogFilter(filter, context));
      return { passes: (view: StreamView) => filters.every((filter) => filter.passes(view)) };
    }
    case "or": {
      const filters = config.filters.map((filter) => compileAccessLogFilter(filter, context));
      return { passes: (view: StreamView) => filters.some((filter) => filter.passes(view)) };
    }
    case "header":
      return new HeaderFilter(config);
    case "response_flag":
      return new ResponseFlagFilter(config);
    case "grpc_status":
      return new GrpcStatusFilter(config);
    case "metadata":
      return new MetadataFilter(config);
    case "cel": {
      const expression = new StreamExpression(config.expression, config.options, context.node);
      return { passes: (view: StreamView) => expression.isTrue(view) };
    }
    case "log_type":
      return new LogTypeFilter(config);
    default:
      return assertNever(config);
  }
}

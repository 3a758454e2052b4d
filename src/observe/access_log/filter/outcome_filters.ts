/** Streams by how they went: their flags, their gRPC status, and when the line is written. */
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import { GRPC_UNKNOWN } from "../../../http/grpc.ts";
import { grpcStatusOf } from "../../grpc_outcome.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter } from "./access_log_filter.ts";

/** Any of the flags. */
export class ResponseFlagFilter implements AccessLogFilter {
  readonly #wanted: ReadonlySet<string>;

  constructor({ flags }: AccessLogFilterConfig & { readonly kind: "response_flag" }) {
    this.#wanted = new Set(flags);
  }

  passes({ facts: { flags } }: StreamView): boolean {
    if (flags === null) return false;
    return this.#wanted.size === 0 || flags.some((flag) => this.#wanted.has(flag));
  }
}

/** Asked of every stream, gRPC or not. */
export class GrpcStatusFilter implements AccessLogFilter {
  readonly #statuses: ReadonlySet<number>;
  readonly #isExclusion: boolean;

  constructor({ statuses, exclude }: AccessLogFilterConfig & { readonly kind: "grpc_status" }) {
    this.#statuses = new Set(statuses);
    this.#isExclusion = exclude;
  }

  passes(view: StreamView): boolean {
    const status = grpcStatusOf(view);
    return this.#statuses.has(Number.isNaN(status) ? GRPC_UNKNOWN : status) !== this.#isExclusion;
  }
}

/** When the line is written. */
export class LogTypeFilter implements AccessLogFilter {
  readonly #types: ReadonlySet<string>;
  readonly #isExclusion: boolean;

  constructor({ types, exclude }: AccessLogFilterConfig & { readonly kind: "log_type" }) {
    this.#types = new Set(types);
    this.#isExclusion = exclude;
  }

  passes({ accessLogType }: StreamView): boolean {
    return this.#types.has(accessLogType) !== this.#isExclusion;
  }
}

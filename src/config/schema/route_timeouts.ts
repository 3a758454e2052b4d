/** The fields of `RouteAction` that bound how long a stream, its request or its idling may take (spec/http.md 4). */

import { z } from "zod";
import { durationMs } from "../proto_scalar.ts";
import type { MaxStreamDurationConfig, RouteTimeoutsConfig } from "../route_config.ts";
import { duration } from "./field.ts";

/** A duration in milliseconds, or null when absent: zero and unset mean different things. */
const durationOrNull = z.string().optional().transform((text) => text === undefined ? null : durationMs(text));

const maxStreamDurationSchema = z.strictObject({
  max_stream_duration: durationOrNull,
  grpc_timeout_header_max: durationOrNull,
  grpc_timeout_header_offset: duration(0),
}).transform((message): MaxStreamDurationConfig => ({
  maxStreamDurationMs: message.max_stream_duration,
  grpcTimeoutHeaderMaxMs: message.grpc_timeout_header_max,
  grpcTimeoutHeaderOffsetMs: message.grpc_timeout_header_offset,
}));

/** The fields themselves, for the action's own schema. */
export const routeTimeoutFields = {
  timeout: duration(15_000),
  idle_timeout: durationOrNull,
  max_stream_duration: maxStreamDurationSchema.optional(),
  max_grpc_timeout: durationOrNull,
  grpc_timeout_offset: duration(0),
} as const;

type RouteTimeoutFields = z.output<z.ZodObject<typeof routeTimeoutFields>>;

/** What an action that has {@link routeTimeoutFields} says with them. */
export function routeTimeouts(message: RouteTimeoutFields): RouteTimeoutsConfig {
  return {
    timeoutMs: message.timeout,
    idleTimeoutMs: message.idle_timeout,
    maxStreamDuration: message.max_stream_duration ?? null,
    maxGrpcTimeoutMs: message.max_grpc_timeout,
    grpcTimeoutOffsetMs: message.grpc_timeout_offset,
  };
}

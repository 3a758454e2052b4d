/**
 * The connection manager's `request_id_extension`, and the part of `tracing` that decides whether a request is traced
 * (spec/http.md 1.11, spec/operations.md 7.12).
 */

import { z } from "zod";
import type { RequestIdConfig, SamplingConfig } from "../forwarding_config.ts";
import type { FractionConfig } from "../match_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { extension, type ExtensionSchemas } from "./extension.ts";
import { flag } from "./field.ts";
import { fractionalPercentSchema } from "./runtime_fraction.ts";

const uuidSchema = z.strictObject({
  pack_trace_reason: flag(true),
  use_request_id_for_trace_sampling: flag(true),
}).transform((message): RequestIdConfig => ({
  packsTraceReason: message.pack_trace_reason,
  samplesById: message.use_request_id_for_trace_sampling,
}));

const DEFAULT: RequestIdConfig = { packsTraceReason: true, samplesById: true };

const idExtensions: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig`, {
    schema: uuidSchema,
    isTerminal: false,
  }],
]);

const idExtension = extension({
  what: "request ID extension",
  packagePrefix: "envoy.extensions.request_id.",
  schemas: idExtensions,
});

/** `RequestIDExtension`; absent, or without a type, it is the UUID one. */
export const requestIdSchema = z.strictObject({ typed_config: idExtension.optional() }).default({})
  .transform(({ typed_config }): RequestIdConfig =>
    typed_config === undefined ? DEFAULT : typed_config.config as RequestIdConfig
  );

const ALWAYS: FractionConfig = { numerator: 100, denominator: 100 };
const percent = z.strictObject({ value: z.number().default(0) }).optional();

/** Whole percents, what is behind the point cut off, as in Envoy. */
const wholePercent = percent.transform((message): FractionConfig =>
  message === undefined ? ALWAYS : { numerator: Math.trunc(message.value), denominator: 100 }
);
/** Hundredths of a percent, rounded. */
const finePercent = percent.transform((message): FractionConfig => ({
  numerator: message === undefined ? 10_000 : Math.round(message.value * 100),
  denominator: 10_000,
}));

function samplingOf(
  message: Record<"client_sampling" | "random_sampling" | "overall_sampling", FractionConfig>,
): SamplingConfig {
  return { client: message.client_sampling, random: message.random_sampling, overall: message.overall_sampling };
}

/** `HttpConnectionManager.Tracing`, as far as it samples. Without a provider nothing is reported. */
export const tracingSchema = z.strictObject({
  client_sampling: wholePercent,
  random_sampling: finePercent,
  overall_sampling: finePercent,
}).transform(samplingOf).optional();

const fraction = fractionalPercentSchema.default(ALWAYS);

/** `envoy.config.route.v3.Tracing`, which stands in place of the manager's. */
export const routeTracingSchema = z.strictObject({
  client_sampling: fraction,
  random_sampling: fraction,
  overall_sampling: fraction,
}).transform(samplingOf).optional();

/** `envoy.config.route.v3.RetryPolicy` and `HedgePolicy` (spec/http.md 5). */

import { LOAD_BALANCER } from "../metadata_config.ts";
import { z } from "zod";
import { durationMs } from "../proto_scalar.ts";
import {
  type BackOffConfig,
  GRPC_RETRY_CONDITION_NAMES,
  type HostPredicateConfig,
  type RateLimitedBackOffConfig,
  RETRY_CONDITION_NAMES,
  type RetryConditionName,
  type RetryPolicyConfig,
  type RetryPriorityConfig,
} from "../retry_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, choice, duration, flag, list, number, text } from "./field.ts";
import { headerMatcherSchema, headerName } from "./header_matcher.ts";
import { metadataSchema } from "./metadata.ts";

const CONDITIONS: ReadonlySet<string> = new Set([...RETRY_CONDITION_NAMES, ...GRPC_RETRY_CONDITION_NAMES]);

const PACKAGE = "envoy.extensions.retry.";
const PREVIOUS_HOSTS = `${TYPE_URL_PREFIX}${PACKAGE}host.previous_hosts.v3.PreviousHostsPredicate`;
const OMIT_CANARY_HOSTS = `${TYPE_URL_PREFIX}${PACKAGE}host.omit_canary_hosts.v3.OmitCanaryHostsPredicate`;
const OMIT_HOST_METADATA = `${TYPE_URL_PREFIX}${PACKAGE}host.omit_host_metadata.v3.OmitHostMetadataConfig`;

const noFields = (kind: "previous_hosts" | "omit_canary_hosts") =>
  z.strictObject({}).transform((): HostPredicateConfig => ({ kind }));

/** The host predicates that work. */
export const hostPredicates: ExtensionSchemas = new Map([
  [PREVIOUS_HOSTS, { schema: noFields("previous_hosts"), isTerminal: false }],
  [OMIT_CANARY_HOSTS, { schema: noFields("omit_canary_hosts"), isTerminal: false }],
  [OMIT_HOST_METADATA, {
    schema: z.strictObject({ metadata_match: metadataSchema }).transform((message): HostPredicateConfig => ({
      kind: "omit_host_metadata",
      labels: message.metadata_match[LOAD_BALANCER] ?? {},
    })),
    isTerminal: false,
  }],
]);

/** The retry priorities that work. */
export const retryPriorities: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}${PACKAGE}priority.previous_priorities.v3.PreviousPrioritiesConfig`, {
    schema: z.strictObject({ update_frequency: number(0) }).transform((message): RetryPriorityConfig => ({
      updateFrequency: message.update_frequency,
    })),
    isTerminal: false,
  }],
]);

const prioritySchema = namedExtension({
  what: "retry priority",
  packagePrefix: `${PACKAGE}priority.`,
  schemas: retryPriorities,
}).transform(({ config }) => config as RetryPriorityConfig);

/** Envoy has the field and no extension for it: whatever is named is unknown there, too. */
const optionsPredicateSchema = namedExtension({
  what: "retry options predicate",
  packagePrefix: [],
  schemas: new Map(),
});

const predicateSchema = namedExtension({
  what: "retry host predicate",
  packagePrefix: `${PACKAGE}host.`,
  schemas: hostPredicates,
}).transform(({ config }) => config as HostPredicateConfig);

/** Times below a millisecond count as one, as in Envoy. */
const backOffSchema = z.strictObject({
  base_interval: duration(0),
  max_interval: z.string().optional(),
}).transform((message, context): BackOffConfig => {
  const baseMs = Math.max(1, Math.floor(message.base_interval));
  const maxMs = message.max_interval === undefined
    ? baseMs * 10
    : Math.max(1, Math.floor(durationMs(message.max_interval)));
  if (maxMs < baseMs) {
    const reason = "retry_policy.max_interval must greater than or equal to the base_interval";
    addInvalid(context, message, ["max_interval"], `${reason}: found ${maxMs} ms, base_interval is ${baseMs} ms`);
  }
  return { baseMs, maxMs };
});

const rateLimitedBackOffSchema = z.strictObject({
  reset_headers: list(z.strictObject({ name: text(), format: choice("SECONDS", "UNIX_TIMESTAMP") })),
  max_interval: duration(300_000),
}).transform((message): RateLimitedBackOffConfig => ({
  resetHeaders: message.reset_headers.map(({ name, format }) => ({ name: headerName(name), format })),
  maxMs: message.max_interval,
}));

/** `RetryPolicy`. */
export const retryPolicySchema = z.strictObject({
  retry_on: text(),
  num_retries: number(1),
  per_try_timeout: duration(0),
  per_try_idle_timeout: duration(0),
  retry_back_off: backOffSchema.optional(),
  rate_limited_retry_back_off: rateLimitedBackOffSchema.optional(),
  retriable_status_codes: list(z.number()),
  retriable_headers: list(headerMatcherSchema),
  retriable_request_headers: list(headerMatcherSchema),
  retry_host_predicate: list(predicateSchema),
  retry_priority: prioritySchema.optional(),
  retry_options_predicates: list(optionsPredicateSchema),
  // A 64-bit number, which is text.
  host_selection_retry_max_attempts: z.string().default("0"),
}).transform((message): RetryPolicyConfig => ({
  retryOn: conditionsIn(message.retry_on),
  numRetries: message.num_retries,
  perTryTimeoutMs: message.per_try_timeout,
  perTryIdleTimeoutMs: message.per_try_idle_timeout,
  backOff: message.retry_back_off ?? null,
  rateLimitedBackOff: message.rate_limited_retry_back_off ?? null,
  retriableStatusCodes: message.retriable_status_codes,
  retriableHeaders: message.retriable_headers,
  retriableRequestHeaders: message.retriable_request_headers,
  hostPredicates: message.retry_host_predicate,
  retryPriority: message.retry_priority ?? null,
  hostSelectionAttempts: Number(message.host_selection_retry_max_attempts) || 1,
}));

/** `HedgePolicy`: the two fields beside the flag have no effect, in Envoy either. Whether a slow try gets company. */
export const hedgePolicySchema = z.strictObject({
  initial_requests: number(1),
  additional_request_chance: z.unknown().optional(),
  hedge_on_per_try_timeout: flag(false),
}).transform((message) => message.hedge_on_per_try_timeout);

/** Words of `retry_on` that name no condition: Envoy ignores them. */
export function unknownConditions(retryOn: string): string[] {
  return wordsIn(retryOn).filter((word) => !CONDITIONS.has(word));
}

function conditionsIn(retryOn: string): RetryConditionName[] {
  return [...new Set(wordsIn(retryOn))].filter((word): word is RetryConditionName => CONDITIONS.has(word));
}

function wordsIn(retryOn: string): string[] {
  return retryOn.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

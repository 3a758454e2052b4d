/** `envoy.RouterCheckToolSchema.Validation`: the test file of a route check. */

import { z } from "zod";
import { byteText } from "../../base/byte_text.ts";
import type {
  HeaderExpectationConfig,
  HeaderPair,
  MetadataEntryConfig,
  RouteExpectationsConfig,
  RouteTestConfig,
  RouteTestInputConfig,
  RouteTestsConfig,
} from "../route_check_config.ts";
import { mergeRuntimeLayers } from "../runtime_layers.ts";
import { addInvalid, flag, list, raiseIssues, text } from "./field.ts";
import { headerMatcherSchema, headerName } from "./header_matcher.ts";

/** A header's bytes, one character each. */
const headerPairSchema = z.strictObject({ key: text(), value: text(), raw_value: z.string().optional() })
  .transform(({ key, value, raw_value }): HeaderPair => ({
    name: headerName(key),
    value: raw_value === undefined ? byteText(value) : atob(raw_value),
  }));

const structSchema = z.record(z.string(), z.unknown()).default({});

const metadataEntrySchema = z.strictObject({
  metadata_namespace: text(),
  allow_overwrite: flag(false),
  value: structSchema,
  typed_value: z.unknown().optional(),
}).transform((message): MetadataEntryConfig => ({
  namespace: message.metadata_namespace,
  value: message.value,
  allowsOverwrite: message.allow_overwrite,
}));

const inputSchema = z.strictObject({
  authority: text(),
  path: text(),
  method: text(),
  random_value: z.string().default("0"),
  ssl: flag(false),
  internal: flag(false),
  additional_request_headers: list(headerPairSchema),
  additional_response_headers: list(headerPairSchema),
  dynamic_metadata: list(metadataEntrySchema),
  runtime: text(),
}).transform((message, context): RouteTestInputConfig => {
  if (message.path === "" && message.method !== "CONNECT") {
    addInvalid(context, message, ["path"], "value length must be at least 1 characters: found 0");
  }
  return {
    authority: byteText(message.authority),
    path: byteText(message.path),
    method: message.method,
    randomValue: BigInt(message.random_value),
    isSsl: message.ssl,
    isInternal: message.internal,
    requestHeaders: message.additional_request_headers,
    responseHeaders: message.additional_response_headers,
    metadata: message.dynamic_metadata,
    runtimeKey: message.runtime,
  };
});

const headerExpectationSchema = z.record(z.string(), z.unknown())
  .transform((message, context): HeaderExpectationConfig => {
    const result = headerMatcherSchema.safeParse(message);
    if (result.success) {
      return { matcher: result.data, name: String(message["name"]), specifier: specifierOf(message) };
    }
    raiseIssues(context, result.error.issues, message);
    return z.NEVER;
  });

const expectedSchema = z.strictObject({
  cluster_name: z.string().optional(),
  virtual_cluster_name: z.string().optional(),
  virtual_host_name: z.string().optional(),
  host_rewrite: z.string().optional(),
  path_rewrite: z.string().optional(),
  path_redirect: z.string().optional(),
  code_redirect: z.number().optional(),
  request_header_matches: list(headerExpectationSchema),
  response_header_matches: list(headerExpectationSchema),
  request_header_fields: list(headerPairSchema),
  response_header_fields: list(headerPairSchema),
}).transform((message, context): RouteExpectationsConfig => {
  const asked = Object.values(message).filter((value) =>
    value !== undefined && !(Array.isArray(value) && !value.length)
  );
  if (asked.length === 0) {
    addInvalid(
      context,
      message,
      [],
      "found no expectation, wanted at least one, such as cluster_name or path_redirect",
    );
  }
  return {
    clusterName: message.cluster_name ?? null,
    virtualClusterName: message.virtual_cluster_name ?? null,
    virtualHostName: message.virtual_host_name ?? null,
    pathRewrite: message.path_rewrite ?? null,
    hostRewrite: message.host_rewrite ?? null,
    pathRedirect: message.path_redirect ?? null,
    codeRedirect: message.code_redirect ?? null,
    requestHeaderMatches: message.request_header_matches,
    responseHeaderMatches: message.response_header_matches,
    requestHeaderFields: message.request_header_fields,
    responseHeaderFields: message.response_header_fields,
  };
});

const testSchema = z.strictObject({ test_name: text(), input: inputSchema, validate: expectedSchema })
  .transform((message): RouteTestConfig => ({
    name: message.test_name,
    input: message.input,
    expected: message.validate,
  }));

/** `Validation`. */
export const routeTestsSchema: z.ZodType<RouteTestsConfig> = z.strictObject({
  tests: list(testSchema),
  runtime: structSchema,
}).transform((message): RouteTestsConfig => ({
  tests: message.tests,
  runtime: mergeRuntimeLayers([{ values: message.runtime }]),
}));

/** Which of its specifiers a `HeaderMatcher` has; one without any asks for presence. */
function specifierOf(message: Readonly<Record<string, unknown>>): string {
  const name = Object.keys(message).find((key) => key.endsWith("_match") && key !== "invert_match") ?? "present_match";
  if (name !== "string_match") return name;
  const pattern = Object.keys(message[name] as object).find((key) => key !== "ignore_case");
  return `${name}.${pattern}`;
}

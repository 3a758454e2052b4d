/**
 * What a generic matcher may look at, and how: the inputs of `envoy.type.matcher.v3` and `envoy.extensions.matching`, and
 * the input matchers that are no string matchers.
 */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { MatchInputConfig, PredicateConfig } from "../matcher_tree_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import type { ExtensionPoint, ExtensionSchema } from "./extension.ts";
import { list, text } from "./field.ts";
import { headerName } from "./header_matcher.ts";

function entry(name: string, schema: z.ZodType): readonly [string, ExtensionSchema] {
  return [TYPE_URL_PREFIX + name, { schema, isTerminal: false }];
}

function plain(kind: "status_code" | "status_class" | "source_ip" | "direct_source_ip") {
  return z.strictObject({}).transform((): MatchInputConfig => ({ kind }));
}

function header(kind: "request_header" | "response_header") {
  return z.strictObject({ header_name: text() })
    .transform(({ header_name }): MatchInputConfig => ({ kind, name: headerName(header_name) }));
}

const queryParameter = z.strictObject({ query_param: text() })
  .transform(({ query_param }): MatchInputConfig => ({ kind: "query_parameter", name: query_param }));

/** Data inputs. */
export const MATCH_INPUTS: ExtensionPoint = {
  what: "matching input",
  packagePrefix: ["envoy.type.matcher.v3.Http", "envoy.extensions.matching.", "xds.type.matcher.v3."],
  schemas: new Map([
    entry("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", header("request_header")),
    entry("envoy.type.matcher.v3.HttpResponseHeaderMatchInput", header("response_header")),
    entry("envoy.type.matcher.v3.HttpRequestQueryParamMatchInput", queryParameter),
    entry("envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput", plain("status_code")),
    entry("envoy.type.matcher.v3.HttpResponseStatusCodeClassMatchInput", plain("status_class")),
    entry("envoy.extensions.matching.common_inputs.network.v3.SourceIPInput", plain("source_ip")),
    entry("envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput", plain("direct_source_ip")),
  ]),
};

const ip = z.strictObject({ cidr_ranges: list(cidrRangeSchema) })
  .transform(({ cidr_ranges: ranges }) => (input: MatchInputConfig): PredicateConfig => ({
    kind: "ip",
    input,
    ranges,
  }));

/** `custom_match` of a predicate: what each makes of its input. */
export const INPUT_MATCHERS: ExtensionPoint = {
  what: "input matcher",
  packagePrefix: ["envoy.extensions.matching.input_matchers.", "xds.type.matcher.v3."],
  schemas: new Map([entry("envoy.extensions.matching.input_matchers.ip.v3.Ip", ip)]),
};

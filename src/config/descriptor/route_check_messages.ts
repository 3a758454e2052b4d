/**
 * The messages of a route check's test file (`envoy.RouterCheckToolSchema`). They belong to a tool of Envoy's and not to
 * its API, so the generated table lacks them; here they are in that table's form, other types named and not numbered.
 *
 * They are never read as binary: field numbers are only places in this list.
 */

/** A package of the table: its name, then name and text of each message. */
export const ROUTE_CHECK_MESSAGES: readonly string[] = [
  "envoy.RouterCheckToolSchema",
  ...message("Validation", [
    "tests m<envoy.RouterCheckToolSchema.ValidationItem>* min_items=1",
    "runtime m<google.protobuf.Struct>",
  ]),
  ...message("ValidationItem", [
    "test_name s min_len=1",
    "input m<envoy.RouterCheckToolSchema.ValidationInput> required=true",
    "validate m<envoy.RouterCheckToolSchema.ValidationAssert> required=true",
  ]),
  ...message("ValidationInput", [
    "authority s min_len=1",
    "path s",
    "method s min_len=3",
    "random_value U",
    "ssl t",
    "internal t",
    "additional_request_headers m<envoy.config.core.v3.HeaderValue>*",
    "additional_response_headers m<envoy.config.core.v3.HeaderValue>*",
    "dynamic_metadata m<envoy.extensions.filters.http.set_metadata.v3.Metadata>*",
    "runtime s",
  ]),
  ...message("ValidationAssert", [
    "cluster_name m<google.protobuf.StringValue>",
    "virtual_cluster_name m<google.protobuf.StringValue>",
    "virtual_host_name m<google.protobuf.StringValue>",
    "host_rewrite m<google.protobuf.StringValue>",
    "path_rewrite m<google.protobuf.StringValue>",
    "path_redirect m<google.protobuf.StringValue>",
    "code_redirect m<google.protobuf.UInt32Value>",
    "request_header_matches m<envoy.config.route.v3.HeaderMatcher>*",
    "response_header_matches m<envoy.config.route.v3.HeaderMatcher>*",
    "request_header_fields m<envoy.config.core.v3.HeaderValue>*",
    "response_header_fields m<envoy.config.core.v3.HeaderValue>*",
  ]),
];

/** `fields`: name, type and rules of each. */
function message(name: string, fields: readonly string[]): [string, string] {
  return [name, fields.map((field, index) => field.replace(" ", ` ${index + 1} `)).join("\n")];
}

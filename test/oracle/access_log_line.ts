/** Access loggers for variants: lines in a fixed format that hold nothing that changes from run to run. */
import { LOG_FILE } from "./variant.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

/** What every variant that asks for lines can say of a request. */
export const USUAL_LINE = "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% " +
  "%RESPONSE_CODE_DETAILS% %BYTES_RECEIVED% %BYTES_SENT%";

/** A logger of text lines. `filter`: an `AccessLogFilter` in flow style. */
export function textLog(format: string, filter?: string): string {
  return fileLog(`log_format: { text_format_source: { inline_string: ${JSON.stringify(`${format}\n`)} } }`, filter);
}

/** A logger of JSON lines. `format`: a struct in flow style. */
export function jsonLog(format: string, filter?: string): string {
  return fileLog(`log_format: { json_format: ${format} }`, filter);
}

/** A file logger with these fields, flow style. */
export function fileLog(fields: string, filter?: string): string {
  const config = `typed_config: { "@type": ${FILE_LOG}, path: ${LOG_FILE}${fields === "" ? "" : `, ${fields}`} }`;
  return `{ name: lines, ${filter === undefined ? "" : `filter: ${filter}, `}${config} }`;
}

/** Where the requests of the areas about access logs go. */
export const ROUTES: readonly string[] = [
  "{ name: by-name, match: { prefix: /named }, route: { cluster: origin, prefix_rewrite: /other }, metadata: { filter_metadata: { ns: { key: route-value, deep: { n: 1, list: [a, true] } } } } }",
  "{ match: { prefix: /none }, route: { cluster: none } }",
  "{ match: { prefix: /dead }, route: { cluster: dead } }",
  '{ name: direct-route, match: { path: /direct }, direct_response: { status: 200, body: { inline_string: "direct" } } }',
  "{ match: { prefix: /by-header }, route: { cluster_header: x-cluster } }",
  "{ match: { prefix: /late }, route: { cluster: origin, timeout: 0.2s } }",
];

/** The field that makes a gRPC request. */
export const GRPC = "content-type: application/grpc\r\n";

/** A request id that the next proxies keep; as a number 0x11111111. */
export const TRACED = "x-request-id: 11111111-2222-4333-8444-555555555555\r\n";

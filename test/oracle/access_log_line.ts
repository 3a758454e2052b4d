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

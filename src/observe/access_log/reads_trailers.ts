/** Whether a log looks at the response's trailers: only then are they kept for it. */
import type { AccessLogConfig, AccessLogFilterConfig } from "../../config/access_log_config.ts";
import type { FormatCommand, FormatConfig, JsonTemplate, TextTemplate } from "../../config/format/format_config.ts";

const READERS: ReadonlySet<string> = new Set([
  "TRAILER",
  "RESPONSE_TRAILERS_BYTES",
  "GRPC_STATUS",
  "GRPC_STATUS_NUMBER",
]);

const EXPRESSIONS: ReadonlySet<string> = new Set(["CEL", "TYPED_CEL"]);

/** An expression on the response may read them: as they are, in its size, or for the gRPC status. */
const ON_RESPONSE = /\bresponse\b/;

/** Whether format or filter of `config` do. */
export function readsTrailers({ format, filter }: Pick<AccessLogConfig, "format" | "filter">): boolean {
  return format !== null && isReader(format) || filter !== null && isReadingFilter(filter);
}

function isReader(format: FormatConfig): boolean {
  return format.kind === "json" ? isReadingJson(format.root) : isReadingText(format.pieces);
}

function isReadingText(pieces: TextTemplate): boolean {
  return pieces.some((piece) => typeof piece !== "string" && isReadingCommand(piece));
}

function isReadingCommand({ command, args, operators }: FormatCommand): boolean {
  if (EXPRESSIONS.has(command)) return ON_RESPONSE.test(args[0]!);
  return READERS.has(command) || operators.some(isReadingCommand);
}

function isReadingJson(template: JsonTemplate): boolean {
  switch (template.kind) {
    case "text":
      return isReadingText(template.pieces);
    case "list":
      return template.items.some(isReadingJson);
    case "object":
      return template.fields.some(({ value }) => isReadingJson(value));
    case "constant":
      return false;
  }
}

function isReadingFilter(filter: AccessLogFilterConfig): boolean {
  if (filter.kind === "and" || filter.kind === "or") return filter.filters.some(isReadingFilter);
  return filter.kind === "grpc_status" || filter.kind === "cel" && ON_RESPONSE.test(filter.expression);
}

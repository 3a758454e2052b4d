/**
 * What stands between a command's brackets, read: each family of commands has its own little grammar, and its own words
 * when something is wrong, which are Envoy's (spec/http.md 8.2). A reader returns the arguments in a fixed order with
 * every default filled in, so that whoever compiles a command has nothing to decide.
 */
import { compileCel } from "../../base/cel/cel.ts";
import { type CelOption, CelProblem } from "../../base/cel/expression.ts";
import { FormatProblem } from "./format_problem.ts";

/** Reads the text between the brackets; empty where there are none. */
export type ArgumentReader = (text: string) => readonly string[];

/** Field names (RFC 9110 section 5.1), and the pseudo header fields of HTTP/2. */
const HEADER_NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** A line feed made by strftime: it would end a log line or a header. */
const NEWLINE_CONVERSION = /%[-_0^#]*[1-9]*[EO]?n/;

const PRECISIONS = new Set(["ms", "us", "ns"]);

/** Commands without arguments. */
export const noArguments: ArgumentReader = () => [];

/** `X?Y`: the names of a header and of the one that stands in for it, in lower case; empty = none. */
export const headerNames: ArgumentReader = (text) => {
  const [main = "", alternative = "", ...more] = text.split("?");
  if (more.length > 0) throw new FormatProblem(`More than 1 alternative header specified in token: ${text}`);
  return [headerName(main), headerName(alternative)];
};

function headerName(written: string): string {
  const name = written.toLowerCase();
  if (name !== "" && !HEADER_NAME.test(name)) {
    throw new FormatProblem("Invalid header configuration. Format string contains invalid characters.");
  }
  return name === ":authority" ? "host" : name;
}

/** One text, whatever it is. */
export const anyText: ArgumentReader = (text) => [text];

/** A format for strftime; empty = the default one. */
export const timeFormat: ArgumentReader = (text) => {
  if (NEWLINE_CONVERSION.test(text)) {
    throw new FormatProblem("Invalid header configuration. Format string contains newline.");
  }
  return [text];
};

/** `ALLOW_WHITESPACES`, or anything else. */
export const whitespace: ArgumentReader = (text) => [text === "ALLOW_WHITESPACES" ? text : ""];

/** `CAMEL_STRING`, `SNAKE_STRING` or `NUMBER`. */
export const grpcStatusForm: ArgumentReader = (text) => {
  if (text === "") return ["CAMEL_STRING"];
  if (text === "CAMEL_STRING" || text === "SNAKE_STRING" || text === "NUMBER") return [text];
  throw new FormatProblem(`GrpcStatusFormatter only supports CAMEL_STRING, SNAKE_STRING or NUMBER. Got: ${text}`);
};

/** `START:END:PRECISION`. A point that nobody knows is one that nobody sets. */
export const durationPoints: ArgumentReader = (text) => {
  const parts = text.split(":");
  if (parts.length < 2 || parts.length > 3) throw new FormatProblem(`Invalid common duration configuration: ${text}.`);
  const [start = "", end = "", precision = "ms"] = parts;
  if (!PRECISIONS.has(precision)) throw new FormatProblem(`Invalid common duration precision: ${precision}.`);
  return [start, end, precision];
};

/** Length of a network mask; empty = the address as it is, as for anything that is no number. */
export const maskLength: ArgumentReader = (text) => [/^[-+]?\d+$/.test(text) ? String(Number(text)) : ""];

/** `WQ` or `NQ`, and where the path comes from. What follows is ignored. */
export const pathParts: ArgumentReader = (text) => {
  const [form = "", source = ""] = text.split(":");
  return [
    option("PATH", form, ["WQ", "NQ"]),
    option("PATH", source, ["ORIG_OR_PATH", "ORIG", "PATH"], ["ORIG", "PATH", "ORIG_OR_PATH"]),
  ];
};

/** `ORIG` or `DECODED`. */
export const queryForm: ArgumentReader = (text) => [option("QUERY_PARAMS", text, ["ORIG", "DECODED"])];

/** Where the server name comes from, and which host stands in for it. What follows is ignored. */
export const serverNameSources: ArgumentReader = (text) => {
  const [source = "", host = ""] = text.split(":");
  return [
    option("REQUESTED_SERVER_NAME", source, ["SNI_ONLY", "SNI_FIRST", "HOST_FIRST"]),
    option("REQUESTED_SERVER_NAME", host, ["ORIG_OR_HOST", "HOST", "ORIG"]),
  ];
};

/** One of `known`, of which the first is the default; `listed` is their order in Envoy's message. */
function option(command: string, text: string, known: readonly string[], listed = known): string {
  if (text === "") return known[0]!;
  if (known.includes(text)) return text;
  const allowed = listed.map((name) => `'${name}'`).join("/");
  throw new FormatProblem(`Invalid ${command} option: '${text}', only ${allowed} are allowed`);
}

/** `NAMESPACE:KEY*`, of metadata of the kind `kind`. */
export function metadataPath(kind: string): ArgumentReader {
  return (text) => [kind, ...text.split(":")];
}

const METADATA_KINDS = new Set([
  "DYNAMIC",
  "CLUSTER",
  "ROUTE",
  "UPSTREAM_HOST",
  "LISTENER",
  "LISTENER_FILTER_CHAIN",
  "VIRTUAL_HOST",
]);

/** `KIND:NAMESPACE:KEY*`. */
export const typedMetadataPath: ArgumentReader = (text) => {
  const [kind = "", ...path] = text.split(":");
  if (!METADATA_KINDS.has(kind)) throw new FormatProblem(`${kind} is not supported type of metadata`);
  return [kind, ...path];
};

/** `KEY:F:FIELD`: the key, how it is written, and of `FIELD` which one. */
export const filterStateKey: ArgumentReader = (text) => {
  const [key = "", written = "", field = ""] = text.split(":");
  if (key === "") throw new FormatProblem("Invalid filter state configuration, key cannot be empty.");
  const form = written === "" ? "TYPED" : written;
  if (form !== "PLAIN" && form !== "TYPED" && form !== "FIELD") {
    throw new FormatProblem("Invalid filter state serialize type, only support PLAIN/TYPED/FIELD.");
  }
  if ((form === "FIELD") !== (field !== "")) {
    throw new FormatProblem("Invalid filter state serialize type, FIELD should be used with the field name.");
  }
  return [key, form, field];
};

/** An expression, and behind it the options it was checked with. */
export function celExpression(options: readonly CelOption[]): ArgumentReader {
  return (text) => {
    try {
      compileCel(text, options, {});
    } catch (error) {
      if (!(error instanceof CelProblem)) throw error;
      const what = error.isSyntax ? "Not able to parse expression" : "failed to create an expression";
      throw new FormatProblem(`${what}: ${error.message}`);
    }
    return [text, ...options];
  };
}

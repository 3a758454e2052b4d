/**
 * Format strings (spec/http.md 8.2): text with commands in it.
 *
 * ```
 *   %NAME%   %NAME(arguments)%   %NAME(arguments):length%   %NAME:length%   %%, a percent sign
 * ```
 *
 * Arguments go to the first `)` that the rest of a command follows, and hold no line feed: `%START_TIME(%s.%3f)%` is one
 * command. A percent sign that begins neither is refused, as is a name nobody knows; the words are Envoy's.
 */
import { errorText } from "../../base/errors.ts";
import { COMMANDS, type CommandSyntax, UNSUPPORTED_COMMANDS } from "./command_table.ts";
import type { FormatCommand, TextTemplate } from "./format_config.ts";
import { FormatProblem } from "./format_problem.ts";

const COMMAND = /^%([A-Z0-9_]+)(?:\(([^\n]*?)\))?(?::([0-9]+))?%/;
/** Where Envoy's numbers end. */
const MAX_LENGTH = 2n ** 64n - 1n;

const NO_FORMATTERS: ReadonlyMap<string, CommandSyntax> = new Map();

/** Parses a format string; `formatters` are the commands known here beside the built-in ones. Throws FormatProblem. */
export function parseFormat(
  format: string,
  formatters: ReadonlyMap<string, CommandSyntax> = NO_FORMATTERS,
): TextTemplate {
  const pieces: (string | FormatCommand)[] = [];
  let literal = "";
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf("%", at);
    literal += format.slice(at, percent < 0 ? format.length : percent);
    if (percent < 0) break;
    if (format[percent + 1] === "%") {
      literal += "%";
      at = percent + 2;
      continue;
    }
    const match = COMMAND.exec(format.slice(percent));
    if (match === null || BigInt(match[3] ?? 0) > MAX_LENGTH) throw noCommand(format, percent);
    const [text, name = "", parameters = "", length] = match;
    const command = readCommand(name, parameters, length === undefined ? null : Number(length), formatters);
    if (command === null) throw new FormatProblem(`Not supported field in StreamInfo: ${name}`);
    if (literal !== "") pieces.push(literal);
    literal = "";
    pieces.push(command);
    at = percent + text.length;
  }
  if (literal !== "") pieces.push(literal);
  return pieces;
}

/** Envoy counts bytes. */
function noCommand(format: string, at: number): FormatProblem {
  const position = new TextEncoder().encode(format.slice(0, at)).length;
  return new FormatProblem(
    `Incorrect configuration: ${format}. Couldn't find valid command at position ${position}`,
  );
}

/** Checks one command and reads its arguments; null = nobody knows it. */
function readCommand(
  name: string,
  parameters: string,
  maxLength: number | null,
  formatters: ReadonlyMap<string, CommandSyntax>,
): FormatCommand | null {
  if (UNSUPPORTED_COMMANDS.has(name)) {
    throw new FormatProblem(`command ${name} is known to Envoy, not supported yet`, true);
  }
  const syntax = formatters.get(name) ?? COMMANDS.get(name);
  if (syntax === undefined) return null;
  if (syntax.parameters === "never" && (parameters !== "" || maxLength !== null)) {
    throw new FormatProblem(`${name} does not take any parameters or length`);
  }
  if (syntax.parameters === "required" && parameters === "") throw new FormatProblem(`${name} requires parameters`);
  if (!syntax.mayBeCut && maxLength !== null) throw new FormatProblem(`${name} does not allow length to be specified.`);
  if (name === "COALESCE") return { command: name, args: [], maxLength, operators: readOperators(parameters) };
  return { command: syntax.command, args: syntax.readArguments(parameters), maxLength, operators: [] };
}

// ---- COALESCE

/** `{"operators": ["NAME", {"command": "NAME", "param": "arguments", "max_length": 9}]}`. */
function readOperators(json: string): readonly FormatCommand[] {
  const operators = coalesced(json)["operators"];
  if (operators === undefined) throw new FormatProblem("COALESCE: JSON configuration must contain 'operators' array");
  if (!Array.isArray(operators)) throw new FormatProblem("COALESCE: 'operators' must be an array");
  if (operators.length === 0) throw new FormatProblem("COALESCE: 'operators' array must not be empty");
  return operators.map((operator: unknown, index) => {
    try {
      return readOperator(operator);
    } catch (error) {
      if (!(error instanceof FormatProblem)) throw error;
      const reason = `COALESCE: failed to parse operator at index ${index}: ${error.message}`;
      throw new FormatProblem(reason, error.isUnsupported);
    }
  });
}

function coalesced(json: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const why = errorText(error);
    throw new FormatProblem(`COALESCE: failed to parse JSON configuration: JSON supplied is not valid. ${why}`);
  }
  return isObject(value) ? value : {};
}

function readOperator(operator: unknown): FormatCommand {
  if (typeof operator === "string") return readKnown(operator, "", null);
  if (!isObject(operator)) {
    throw new FormatProblem(
      "operator entry must be either a string (command name) or an object with 'command' field",
    );
  }
  const { command, param = "", max_length: maxLength = null } = operator;
  if (typeof command !== "string") throw new FormatProblem("operator object must have 'command' field");
  if (typeof param !== "string") throw new FormatProblem("'param' field must be a string");
  if (maxLength !== null && !Number.isInteger(maxLength)) {
    throw new FormatProblem("'max_length' field must be an integer");
  }
  if (maxLength !== null && Number(maxLength) <= 0) throw new FormatProblem("'max_length' must be a positive integer");
  return readKnown(command, param, maxLength === null ? null : Number(maxLength));
}

function readKnown(name: string, parameters: string, maxLength: number | null): FormatCommand {
  const command = readCommand(name, parameters, maxLength, NO_FORMATTERS);
  if (command === null) throw new FormatProblem(`unknown command: '${name}'`);
  return command;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All commands with what compiles them: the families, joined. A test holds it against the commands that may be written. */
import type { FormatCommand } from "../../config/format/format_config.ts";
import { invariant } from "../../base/errors.ts";
import { ADDRESS_OPERATORS } from "./address_operators.ts";
import { CEL_OPERATORS } from "./cel_operators.ts";
import { CoalesceOperator } from "./coalesce_operator.ts";
import { DURATION_OPERATORS } from "./duration_operators.ts";
import type { FormatContext } from "./format_context.ts";
import { GRPC_OPERATORS } from "./grpc_operators.ts";
import { HEADER_OPERATORS } from "./header_operators.ts";
import { IDENTITY_OPERATORS } from "./identity_operators.ts";
import { METADATA_OPERATORS } from "./metadata_operators.ts";
import { CutOperator, type Operator, type OperatorTable } from "./operator.ts";
import { OUTCOME_OPERATORS } from "./outcome_operators.ts";
import { PATH_OPERATORS } from "./path_operators.ts";
import { SIZE_OPERATORS } from "./size_operators.ts";
import { TIME_OPERATORS } from "./time_operators.ts";
import { TLS_OPERATORS } from "./tls_operators.ts";
import { UPSTREAM_OPERATORS } from "./upstream_operators.ts";

/** By command. */
export const OPERATORS: OperatorTable = {
  ...ADDRESS_OPERATORS,
  ...CEL_OPERATORS,
  ...DURATION_OPERATORS,
  ...GRPC_OPERATORS,
  ...HEADER_OPERATORS,
  ...IDENTITY_OPERATORS,
  ...METADATA_OPERATORS,
  ...OUTCOME_OPERATORS,
  ...PATH_OPERATORS,
  ...SIZE_OPERATORS,
  ...TIME_OPERATORS,
  ...TLS_OPERATORS,
  ...UPSTREAM_OPERATORS,
  COALESCE: ({ operators }, context) =>
    new CoalesceOperator(operators.map((operator) => compileCommand(operator, context))),
};

/** Makes the operator of a command. */
export function compileCommand(command: FormatCommand, context: FormatContext): Operator {
  const factory = OPERATORS[command.command];
  invariant(factory !== undefined, `Nothing compiles the format command ${command.command}`);
  const { maxLength } = command;
  if (maxLength === null) return factory(command, context);
  if (command.command !== "COALESCE") return new CutOperator(factory(command, context), maxLength);
  // Each is cut by itself: a number is left whole in JSON, whichever operator gives it.
  const operators = command.operators.map((operator) => new CutOperator(compileCommand(operator, context), maxLength));
  return new CoalesceOperator(operators);
}

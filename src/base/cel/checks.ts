/**
 * What Envoy refuses of an expression that can be parsed, found before anything is evaluated: calls of functions it lacks,
 * loops, messages nobody knows, and patterns that are none.
 */
import type { parse } from "@bufbuild/cel";
import { regexProblem } from "../re2.ts";
import { isCallable, isMakeable, isNamespace } from "./callable.ts";
import { type CelOption, CelProblem } from "./expression.ts";
import { MAX_INT, MAX_UINT, MIN_INT } from "./integer_limits.ts";

/** An expression's tree. */
export type Expr = ReturnType<typeof parse>["expr"];

/** Operators are calls by names that nobody can write: `_+_`, `@in`. */
const OPERATOR = /\W/;

/** Throws {@link CelProblem} for what is wrong first. */
export function checkExpression(expr: Expr | undefined, options: readonly CelOption[]): void {
  if (expr === undefined) return;
  const check = (part: Expr | undefined) => checkExpression(part, options);
  const { case: kind, value } = expr.exprKind;
  switch (kind) {
    case "constExpr": {
      const { case: type, value: number } = value.constantKind;
      if (type === "int64Value" && (number < MIN_INT || number > MAX_INT)) throw misread("invalid int literal");
      if (type === "uint64Value" && number > MAX_UINT) throw misread("invalid uint literal");
      return;
    }
    case "selectExpr":
      return check(value.operand);
    case "listExpr":
      return value.elements.forEach(check);
    case "structExpr":
      if (value.messageName !== "" && !isMakeable(value.messageName)) {
        throw refused(`Invalid struct creation: missing type info for '${value.messageName}'`);
      }
      for (const entry of value.entries) {
        if (entry.keyKind.case === "mapKey") check(entry.keyKind.value);
        check(entry.value);
      }
      return;
    case "callExpr": {
      const { function: name, target, args } = value;
      const namespace = target?.exprKind.case === "identExpr" && isNamespace(target.exprKind.value.name)
        ? `${target.exprKind.value.name}.`
        : "";
      if (namespace === "") check(target);
      args.forEach(check);
      if (name === "has" && target === undefined) throw misread("has() argument must be a field selection");
      const isMethod = target !== undefined && namespace === "";
      if (!OPERATOR.test(name) && !isCallable(namespace + name, isMethod, args.length, options)) {
        throw refused(`No overload found in reference resolve step for ${name}`);
      }
      if (name === "matches") checkPattern(args.at(-1));
      return;
    }
    case "comprehensionExpr":
      throw refused("Comprehension support is disabled");
  }
}

/** Of a pattern that stands there as it is. */
function checkPattern(pattern: Expr | undefined): void {
  if (pattern?.exprKind.case !== "constExpr") return;
  const { constantKind } = pattern.exprKind.value;
  if (constantKind.case !== "stringValue") return;
  const problem = regexProblem(constantKind.value);
  if (problem !== null) throw refused(`invalid regular expression: ${problem}`);
}

function misread(message: string): CelProblem {
  return new CelProblem(message, true);
}

function refused(message: string): CelProblem {
  return new CelProblem(message, false);
}

/** Names of types, which stand for themselves. */
const TYPES: ReadonlySet<string> = new Set(
  ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"],
);

/** The names that an expression begins with anywhere, but for those of types. */
export function identifiersOf(expr: Expr | undefined, found: Set<string> = new Set()): Set<string> {
  if (expr === undefined) return found;
  const { case: kind, value } = expr.exprKind;
  if (kind === "identExpr" && !TYPES.has(value.name)) found.add(value.name);
  if (kind === "selectExpr") identifiersOf(value.operand, found);
  if (kind === "listExpr") value.elements.forEach((element) => identifiersOf(element, found));
  if (kind === "callExpr") [value.target, ...value.args].forEach((part) => identifiersOf(part, found));
  if (kind === "structExpr") {
    for (const entry of value.entries) {
      if (entry.keyKind.case === "mapKey") identifiersOf(entry.keyKind.value, found);
      identifiersOf(entry.value, found);
    }
  }
  return found;
}

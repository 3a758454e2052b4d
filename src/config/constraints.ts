/**
 * Value constraints of the API itself (protoc-gen-validate): ranges, lengths, patterns, required fields and oneofs,
 * for every message by its descriptor, and the fields that are deprecated (spec/xds.md 1.3).
 */

import { descriptorPool, type FieldDescriptor } from "./descriptor/descriptor_pool.ts";
import type { PathStep } from "./field_path.ts";
import { walkMessages } from "./message_walk.ts";
import { type CanonicalMessage, isMessage, type SourceMap } from "./source_map.ts";
import { ruleViolation } from "./value_rules.ts";

/** Told of each violation. */
export type ConstraintReport = (path: readonly PathStep[], reason: string) => void;

/** Who hears what. */
export interface ConstraintReports {
  readonly problem: ConstraintReport;
  readonly warning: ConstraintReport;
  /** What is deprecated and no longer allowed; a problem like others when nobody hears of it. */
  readonly disallowed?: ConstraintReport;
}

/** Checks `tree` as a message of that name, all messages in it included. */
export function checkConstraints(
  messageName: string,
  tree: CanonicalMessage,
  sourceMap: SourceMap,
  reports: ConstraintReports,
): void {
  walkMessages(messageName, tree, (descriptor, message, path) => {
    for (const field of descriptor.fields) {
      const value = message[field.name];
      if (value === undefined && sourceMap.isBroken(message, field.name)) continue;
      if (value !== undefined) checkDeprecated(descriptor.name, field, value, [...path, field.name], reports);
      if (field.rules.size > 0) checkField(field, value, [...path, field.name], reports.problem);
    }
    for (const oneof of descriptor.requiredOneofs) {
      const members = descriptor.fields.filter((field) => field.oneof === oneof).map((field) => field.name);
      if (members.some((name) => message[name] !== undefined || sourceMap.isBroken(message, name))) continue;
      const wanted = members.length > 8 ? `${members.slice(0, 8).join(", ")}, …` : members.join(", ");
      reports.problem(path, `${oneof} is required: found none of its fields, wanted one of ${wanted}`);
    }
  });
}

function checkDeprecated(
  messageName: string,
  field: FieldDescriptor,
  value: unknown,
  path: readonly PathStep[],
  reports: ConstraintReports,
): void {
  const disallowed = reports.disallowed ?? reports.problem;
  if (field.isDisallowed) {
    disallowed(path, `deprecated field of ${messageName}, no longer allowed`);
  } else if (field.isDeprecated) {
    reports.warning(path, `deprecated field of ${messageName}: it will be removed from Envoy's API`);
  }
  if (field.kind !== "enum") return;
  const known = descriptorPool.requireEnum(field.typeName).values.find((entry) => entry.name === value);
  if (known?.isDisallowed) disallowed(path, `deprecated value ${known.name}, no longer allowed`);
  else if (known?.isDeprecated) reports.warning(path, `deprecated value ${known.name} of ${field.typeName}`);
}

function checkField(
  field: FieldDescriptor,
  value: unknown,
  path: readonly PathStep[],
  problem: ConstraintReport,
): void {
  const { rules } = field;
  if (field.isRepeated) {
    const items = (value ?? []) as readonly unknown[];
    checkCount(rules, "items", items.length, path, problem);
    if (rules.get("unique") === "true" && new Set(items).size < items.length) {
      problem(path, "repeated value must contain unique items");
    }
    const elementRules = rulesBelow(rules, "items.");
    if (elementRules.size === 0) return;
    items.forEach((item, index) => report(ruleViolation(elementRules, field, item), [...path, index], problem));
    return;
  }
  if (field.mapKeyKind !== null) {
    const entries = Object.entries((value ?? {}) as CanonicalMessage);
    checkCount(rules, "pairs", entries.length, path, problem);
    const keyRules = rulesBelow(rules, "keys."), valueRules = rulesBelow(rules, "values.");
    for (const [key, element] of entries) {
      if (keyRules.size > 0) {
        report(ruleViolation(keyRules, { kind: "string", typeName: "" }, key), [...path, key], problem);
      }
      if (valueRules.size > 0) report(ruleViolation(valueRules, field, element), [...path, key], problem);
    }
    return;
  }
  if (value === undefined && field.hasPresence) {
    // Rules of a oneof's member count only when it is the one that is set.
    if (rules.get("required") === "true" && field.oneof === "") problem(path, "value is required: found nothing");
    return;
  }
  if (field.typeName === "google.protobuf.Any" && isMessage(value)) {
    const allowed = rules.get("in")?.split(",");
    if (allowed !== undefined && !allowed.includes(String(value["@type"]))) {
      problem(path, `type URL must be in list ${allowed.join(", ")}`);
    }
    return;
  }
  report(ruleViolation(rules, field, value), path, problem);
}

function report(reason: string | null, path: readonly PathStep[], problem: ConstraintReport): void {
  if (reason !== null) problem(path, reason);
}

function checkCount(
  rules: ReadonlyMap<string, string>,
  unit: "items" | "pairs",
  count: number,
  path: readonly PathStep[],
  problem: ConstraintReport,
): void {
  if (rules.get("ignore_empty") === "true" && count === 0) return;
  const least = rules.get(`min_${unit}`), most = rules.get(`max_${unit}`);
  if (least !== undefined && count < Number(least)) {
    problem(path, `value must contain at least ${least} ${unit === "items" ? "item(s)" : "pair(s)"}: found ${count}`);
  }
  if (most !== undefined && count > Number(most)) {
    problem(
      path,
      `value must contain no more than ${most} ${unit === "items" ? "item(s)" : "pair(s)"}: found ${count}`,
    );
  }
}

function rulesBelow(rules: ReadonlyMap<string, string>, prefix: string): ReadonlyMap<string, string> {
  const below = new Map<string, string>();
  for (const [name, value] of rules) if (name.startsWith(prefix)) below.set(name.slice(prefix.length), value);
  return below;
}

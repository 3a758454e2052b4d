/** One value against its protoc-gen-validate rules, in the words Envoy's own validation uses (spec/xds.md 1.3). */

import { descriptorPool, type FieldDescriptor, type FieldKind } from "./descriptor/descriptor_pool.ts";

type Rules = ReadonlyMap<string, string>;

const WRAPPER_KIND = /^google\.protobuf\.(Bool|Bytes|Double|Float|Int32|Int64|String|UInt32|UInt64)Value$/;

const HEADER_NAME = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
const HEADER_VALUE = /^[\t -~\u0080-\uffff]*$/;
const LOOSE_HEADER = /^[^\0\n\r]*$/;

/** Why `value` breaks a rule, or null. An absent value of a field without presence is its zero. */
export function ruleViolation(
  rules: Rules,
  field: Pick<FieldDescriptor, "kind" | "typeName">,
  value: unknown,
): string | null {
  switch (valueKind(field)) {
    case "string":
      return stringViolation(rules, String(value ?? ""));
    case "bytes":
      return bytesViolation(rules, String(value ?? ""));
    case "bool":
      return rules.has("const") && String(value ?? false) !== rules.get("const")
        ? `value must equal ${rules.get("const")}: found ${value ?? false}`
        : null;
    case "enum":
      return enumViolation(rules, field.typeName, value);
    case "duration":
      return value === undefined ? null : numberViolation(rules, Number(String(value).slice(0, -1)), "s");
    case "number":
      return numberViolation(rules, Number(value ?? 0), "");
    default:
      return null;
  }
}

type ValueKind = "string" | "bytes" | "bool" | "enum" | "duration" | "number" | "message";

function valueKind(field: Pick<FieldDescriptor, "kind" | "typeName">): ValueKind {
  if (field.kind !== "message") return scalarKind(field.kind);
  if (field.typeName === "google.protobuf.Duration") return "duration";
  const wrapper = WRAPPER_KIND.exec(field.typeName)?.[1];
  return wrapper === undefined ? "message" : scalarKind(wrapper.toLowerCase() as FieldKind);
}

function scalarKind(kind: FieldKind): ValueKind {
  return kind === "string" || kind === "bytes" || kind === "bool" || kind === "enum" ? kind : "number";
}

function numberViolation(rules: Rules, value: number, unit: string): string | null {
  const limit = (name: string) => rules.has(name) ? Number(rules.get(name)) : null;
  const gt = limit("gt"), gte = limit("gte"), lt = limit("lt"), lte = limit("lte");
  if (rules.get("ignore_empty") === "true" && value === 0) return null;
  const tooLow = (gt !== null && value <= gt) || (gte !== null && value < gte);
  const tooHigh = (lt !== null && value >= lt) || (lte !== null && value > lte);
  if (tooLow || tooHigh) {
    const low = gt ?? gte, high = lt ?? lte;
    const found = `: found ${value}${unit}`;
    if (low !== null && high !== null) {
      const range = `${gt === null ? "[" : "("}${low}${unit}, ${high}${unit}${lt === null ? "]" : ")"}`;
      return `value must be inside range ${range}${found}`;
    }
    if (tooLow) return `value must be greater than ${gt === null ? "or equal to " : ""}${low}${unit}${found}`;
    return `value must be less than ${lt === null ? "or equal to " : ""}${high}${unit}${found}`;
  }
  return listViolation(rules, String(value));
}

function listViolation(rules: Rules, value: string): string | null {
  const wanted = rules.get("const"), allowed = rules.get("in"), forbidden = rules.get("not_in");
  if (wanted !== undefined && decoded(wanted) !== value) return `value must equal ${decoded(wanted)}: found ${value}`;
  if (allowed !== undefined && !allowed.split(",").map(decoded).includes(value)) {
    return `value must be in list ${allowed}: found ${JSON.stringify(value)}`;
  }
  if (forbidden !== undefined && forbidden.split(",").map(decoded).includes(value)) {
    return `value must not be in list ${forbidden}: found ${JSON.stringify(value)}`;
  }
  return null;
}

function enumViolation(rules: Rules, enumName: string, value: unknown): string | null {
  const { values } = descriptorPool.requireEnum(enumName);
  const number = value === undefined ? 0 : values.find((known) => known.name === value)?.number;
  return number === undefined ? null : listViolation(rules, String(number));
}

function stringViolation(rules: Rules, value: string): string | null {
  if (rules.get("ignore_empty") === "true" && value === "") return null;
  const byteLength = rules.has("min_bytes") || rules.has("max_bytes") ? new TextEncoder().encode(value).length : 0;
  return lengthViolation(rules, "len", "characters", [...value].length) ??
    lengthViolation(rules, "bytes", "bytes", byteLength) ??
    patternViolation(rules, value) ??
    wellKnownViolation(rules, value) ??
    listViolation(rules, value);
}

function bytesViolation(rules: Rules, base64: string): string | null {
  const length = base64.length / 4 * 3 - (base64.match(/=/g)?.length ?? 0);
  if (rules.get("ignore_empty") === "true" && length === 0) return null;
  return lengthViolation(rules, "len", "bytes", length);
}

function lengthViolation(rules: Rules, name: string, unit: string, length: number): string | null {
  const least = rules.get(`min_${name}`), most = rules.get(`max_${name}`);
  if (least !== undefined && length < Number(least)) {
    return `value length must be at least ${least} ${unit}: found ${length}`;
  }
  if (most !== undefined && length > Number(most)) {
    return `value length must be at most ${most} ${unit}: found ${length}`;
  }
  return null;
}

function patternViolation(rules: Rules, value: string): string | null {
  const pattern = rules.get("pattern");
  if (pattern !== undefined && !new RegExp(decoded(pattern)).test(value)) {
    return `value does not match regex pattern ${JSON.stringify(decoded(pattern))}: found ${JSON.stringify(value)}`;
  }
  const prefix = rules.get("prefix"), suffix = rules.get("suffix");
  if (prefix !== undefined && !value.startsWith(decoded(prefix))) {
    return `value does not have prefix ${JSON.stringify(decoded(prefix))}: found ${JSON.stringify(value)}`;
  }
  if (suffix !== undefined && !value.endsWith(decoded(suffix))) {
    return `value does not have suffix ${JSON.stringify(decoded(suffix))}: found ${JSON.stringify(value)}`;
  }
  return null;
}

function wellKnownViolation(rules: Rules, value: string): string | null {
  const wellKnown = rules.get("well_known_regex");
  if (wellKnown === undefined) return null;
  const isName = wellKnown === "HTTP_HEADER_NAME";
  const pattern = rules.get("strict") === "false" ? LOOSE_HEADER : isName ? HEADER_NAME : HEADER_VALUE;
  if (pattern.test(value)) return null;
  return `value does not match the form of a header ${isName ? "name" : "value"}: found ${JSON.stringify(value)}`;
}

/** The generator writes blanks, commas and percent signs of a rule's text as %XX. */
function decoded(text: string): string {
  return text.replace(/%(25|20|2C|0A)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

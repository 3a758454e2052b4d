/**
 * A route's match on one line, in protobuf's text form: `prefix: "/api" headers { name: "x" present_match: true }`. It is
 * made of the match as it was written, for readers only.
 */
import { descriptorPool, type FieldDescriptor } from "../../config/descriptor/descriptor_pool.ts";
import { isScalarForm } from "../../config/json_forms.ts";
import { type CanonicalMessage, isMessage } from "../../config/source_map.ts";

const ROUTE_MATCH = "envoy.config.route.v3.RouteMatch";

/** The text of a canonical `RouteMatch`. */
export function matchText(match: CanonicalMessage): string {
  return messageText(ROUTE_MATCH, match);
}

function messageText(messageName: string, message: CanonicalMessage): string {
  const fields = descriptorPool.message(messageName)?.fields ?? [];
  return fields.flatMap((field) => {
    const value = message[field.name];
    if (value === undefined) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((item) => fieldText(field, item));
  }).join(" ");
}

function fieldText(field: FieldDescriptor, value: unknown): string {
  if (field.kind !== "message") {
    const isQuoted = field.kind === "string" || field.kind === "bytes";
    return `${field.name}: ${isQuoted ? JSON.stringify(value) : value}`;
  }
  if (isScalarForm(field.typeName)) return `${field.name} { value: ${JSON.stringify(value)} }`;
  if (field.typeName === "google.protobuf.Any" || !isMessage(value)) return `${field.name} ${JSON.stringify(value)}`;
  const inner = messageText(field.typeName, value);
  return inner === "" ? `${field.name} {}` : `${field.name} { ${inner} }`;
}

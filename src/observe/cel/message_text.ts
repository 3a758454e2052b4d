/**
 * Messages in protobuf's text format, on one line, as Envoy writes a whole message into a text: fields that are set, each
 * with a space behind it, maps by the order of their keys.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { FilterMetadata, JsonObject, JsonValue } from "../../config/metadata_config.ts";
import { jsonNumber } from "../format/json_text.ts";

/** A message: its fields in their order. */
export type Message = Readonly<Record<string, MessageField>>;

/** A field: a text, a struct, structs by name as in metadata, or another message. */
export type MessageField =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "struct"; readonly value: JsonObject }
  | { readonly kind: "structs"; readonly value: FilterMetadata }
  | { readonly kind: "message"; readonly value: Message };

/** The text of a message; empty where nothing is set. */
export function messageText(message: Message): string {
  return Object.entries(message).map(([name, field]) => {
    switch (field.kind) {
      case "text":
        return field.value === "" ? "" : `${name}: ${quoted(field.value)} `;
      case "message": {
        const inner = messageText(field.value);
        return inner === "" ? "" : `${name} { ${inner}} `;
      }
      case "struct":
        return Object.keys(field.value).length === 0 ? "" : `${name} { ${structText(field.value)}} `;
      case "structs":
        return entries(field.value).map(([key, struct]) =>
          `${name} { key: ${quoted(key)} value { ${structText(struct)}} } `
        ).join("");
    }
  }).join("");
}

function structText(struct: JsonObject): string {
  return entries(struct).map(([key, value]) => `fields { key: ${quoted(key)} value { ${valueText(value)} } } `).join(
    "",
  );
}

function valueText(value: JsonValue): string {
  switch (typeof value) {
    case "string":
      return `string_value: ${quoted(value)}`;
    case "number":
      return `number_value: ${jsonNumber(value)}`;
    case "boolean":
      return `bool_value: ${value}`;
    default:
      if (value === null) return "null_value: NULL_VALUE";
      if (Array.isArray(value)) {
        return `list_value { ${value.map((item) => `values { ${valueText(item)} } `).join("")}}`;
      }
      return `struct_value { ${structText(value as JsonObject)}}`;
  }
}

/** By their keys' bytes. */
function entries<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => a < b ? -1 : 1);
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"],
  ...Array.from(latin1Bytes(`"'\\`), (byte): [number, string] => [byte, `\\${String.fromCharCode(byte)}`]),
]);

/** In double quotes; what is no printable ASCII as three octal digits. */
function quoted(text: string): string {
  let quoted = "";
  for (const byte of new TextEncoder().encode(text)) {
    const isPlain = byte >= 32 && byte < 127;
    quoted += ESCAPES.get(byte) ??
      (isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`);
  }
  return `"${quoted}"`;
}

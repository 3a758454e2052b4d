/**
 * Canonical trees as proto3 JSON for dumps: fields in order of their numbers, snake_case names, 64-bit integers as
 * strings, bytes as base64, zero values of fields without presence left out (spec/xds.md 1.2, spec/operations.md 6.4).
 */

import { descriptorPool, type FieldDescriptor } from "./descriptor/descriptor_pool.ts";
import { hasOwnJsonForm, zeroOf } from "./json_forms.ts";
import { type CanonicalMessage, isMessage } from "./source_map.ts";
import { messageNameOf } from "./type_url.ts";

/**
 * A fresh tree of plain JSON values. `tree` is canonical, or built by hand with the same names; there bigints and byte
 * arrays are welcome. What the message does not know is dropped.
 */
export function emitProtoJson(messageName: string, tree: Readonly<CanonicalMessage>): CanonicalMessage {
  const result: CanonicalMessage = {};
  const descriptor = descriptorPool.requireMessage(messageName);
  for (const field of descriptor.fields) {
    const value = tree[field.name];
    if (value === undefined || value === null && field.typeName !== "google.protobuf.Value") continue;
    const emitted = emitField(field, value);
    if (!isZero(field, emitted)) result[field.name] = emitted;
  }
  return result;
}

function emitField(field: FieldDescriptor, value: unknown): unknown {
  if (field.mapKeyKind !== null && isMessage(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, emitSingle(field, element)]));
  }
  if (field.isRepeated && Array.isArray(value)) return value.map((element) => emitSingle(field, element));
  return emitSingle(field, value);
}

function emitSingle(field: FieldDescriptor, value: unknown): unknown {
  if (field.kind !== "message" || hasOwnJsonForm(field.typeName)) return emitScalar(field, value);
  if (!isMessage(value)) return value;
  return field.typeName === "google.protobuf.Any" ? emitAny(value) : emitProtoJson(field.typeName, value);
}

function emitAny(any: CanonicalMessage): CanonicalMessage {
  const typeUrl = any["@type"];
  if (typeof typeUrl !== "string") return {};
  const name = messageNameOf(typeUrl);
  if (descriptorPool.message(name) === undefined || hasOwnJsonForm(name)) return { ...any };
  return { "@type": typeUrl, ...emitProtoJson(name, any) };
}

function emitScalar(field: FieldDescriptor, value: unknown): unknown {
  if (value instanceof Uint8Array) return base64(value);
  if (typeof value === "bigint") return String(value);
  const is64Bit = field.kind.endsWith("64") || /^google\.protobuf\.U?Int64Value$/.test(field.typeName);
  return is64Bit && typeof value === "number" ? String(value) : value;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Whether proto3 JSON leaves this value out. */
export function isZero(field: FieldDescriptor, value: unknown): boolean {
  if (field.hasPresence) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (field.mapKeyKind !== null) return Object.keys(value as CanonicalMessage).length === 0;
  if (field.kind === "enum") {
    return value === 0 || value === descriptorPool.requireEnum(field.typeName).valueByNumber.get(0)?.name;
  }
  return value === zeroOf(field.kind);
}

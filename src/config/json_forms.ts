/**
 * The messages that proto3 JSON does not write as an object of their fields: wrappers, durations, times, masks and
 * free-form values (spec/xds.md 1.2).
 */

import type { FieldKind } from "./descriptor/descriptor_pool.ts";

/** Wrapper message to the kind of its one field. */
export const WRAPPER_KINDS: Readonly<Record<string, FieldKind>> = {
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.BytesValue": "bytes",
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.StringValue": "string",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.UInt64Value": "uint64",
};

const FREE_FORM = new Set(["google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"]);

const TEXT_FORM = new Set(["google.protobuf.Duration", "google.protobuf.Timestamp", "google.protobuf.FieldMask"]);

/** Messages that are not written as an object of their fields. */
export function hasOwnJsonForm(messageName: string): boolean {
  return Object.hasOwn(WRAPPER_KINDS, messageName) || FREE_FORM.has(messageName) || TEXT_FORM.has(messageName);
}

/** Messages whose JSON form is one scalar. */
export function isScalarForm(messageName: string): boolean {
  return Object.hasOwn(WRAPPER_KINDS, messageName) || TEXT_FORM.has(messageName);
}

/** What a field of this kind, or a wrapper of it, holds when nothing is said. */
export function zeroOf(kind: FieldKind): string | number | boolean {
  if (kind === "bool") return false;
  if (kind === "string" || kind === "bytes") return "";
  return kind.endsWith("64") ? "0" : 0;
}

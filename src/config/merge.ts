/**
 * Protobuf's MergeFrom on canonical trees, for `--config-yaml` over the file: scalars replace, messages merge, lists
 * append, maps merge by key, an Any is replaced whole (spec/xds.md 1.1).
 */

import { descriptorPool, type FieldDescriptor } from "./descriptor/descriptor_pool.ts";
import { hasOwnJsonForm } from "./json_forms.ts";
import { type CanonicalMessage, isMessage, type SourceMap } from "./source_map.ts";

/** Merges `overlay` into `target`, in place. Both are messages of that name; places come along. */
export function mergeMessage(
  messageName: string,
  target: CanonicalMessage,
  overlay: CanonicalMessage,
  sourceMap: SourceMap,
): void {
  const descriptor = descriptorPool.requireMessage(messageName);
  for (const field of descriptor.fields) {
    if (sourceMap.isBroken(overlay, field.name)) sourceMap.markBroken(target, field.name);
    const value = overlay[field.name];
    if (value === undefined || target[field.name] === undefined) copyPlace(overlay, target, field.name, sourceMap);
    if (value === undefined) continue;
    if (field.oneof !== "") dropOtherMembers(descriptor.fields, field, target);
    const before = target[field.name];
    if (Array.isArray(value) && field.isRepeated) {
      target[field.name] = appendList(Array.isArray(before) ? before : [], value, sourceMap);
    } else if (isMessage(before) && isMessage(value) && mergesByKey(field)) {
      mergeEntries(before, value, sourceMap);
    } else if (isMessage(before) && isMessage(value) && field.kind === "message" && !isOpaque(field)) {
      mergeMessage(field.typeName, before, value, sourceMap);
      continue;
    } else {
      target[field.name] = value;
    }
    copyPlace(overlay, target, field.name, sourceMap);
  }
}

/** Setting one member of a oneof clears the others. */
function dropOtherMembers(
  fields: readonly FieldDescriptor[],
  field: FieldDescriptor,
  target: CanonicalMessage,
): void {
  for (const other of fields) {
    if (other.oneof === field.oneof && other !== field) delete target[other.name];
  }
}

function mergesByKey(field: FieldDescriptor): boolean {
  return field.mapKeyKind !== null || field.typeName === "google.protobuf.Struct";
}

function isOpaque(field: FieldDescriptor): boolean {
  return field.typeName === "google.protobuf.Any" || hasOwnJsonForm(field.typeName);
}

function mergeEntries(target: CanonicalMessage, overlay: CanonicalMessage, sourceMap: SourceMap): void {
  for (const [key, value] of Object.entries(overlay)) {
    target[key] = value;
    copyPlace(overlay, target, key, sourceMap);
  }
}

function appendList(before: unknown[], added: readonly unknown[], sourceMap: SourceMap): unknown[] {
  added.forEach((value, index) => {
    const position = sourceMap.position(added, index);
    if (position !== undefined) sourceMap.record(before, before.length, position);
    before.push(value);
  });
  return before;
}

function copyPlace(from: CanonicalMessage, to: CanonicalMessage, name: string, sourceMap: SourceMap): void {
  const position = sourceMap.position(from, name);
  if (position !== undefined) sourceMap.record(to, name, position);
}

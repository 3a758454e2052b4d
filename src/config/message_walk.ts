/** Walks a canonical tree by descriptor: every message once, outer before inner, through maps, lists and Anys. */

import { messageNameOf } from "./type_url.ts";
import { descriptorPool, type FieldDescriptor, type MessageDescriptor } from "./descriptor/descriptor_pool.ts";
import type { PathStep } from "./field_path.ts";
import { hasOwnJsonForm } from "./json_forms.ts";
import { type CanonicalMessage, isMessage } from "./source_map.ts";

/** Told of each message. `path` is reused: copy what is kept. The message may be changed before its fields are read. */
export type MessageVisitor = (
  descriptor: MessageDescriptor,
  message: CanonicalMessage,
  path: readonly PathStep[],
) => void;

/** Visits `message` and everything in it. */
export function walkMessages(messageName: string, message: CanonicalMessage, visit: MessageVisitor): void {
  const path: PathStep[] = [];
  visitMessage(messageName, message);

  function visitMessage(name: string, current: CanonicalMessage): void {
    const payloadName = name === "google.protobuf.Any" ? messageNameOf(String(current["@type"] ?? "")) : name;
    if (hasOwnJsonForm(payloadName)) return;
    const descriptor = descriptorPool.message(payloadName);
    if (descriptor === undefined) return;
    visit(descriptor, current, path);
    for (const key of Object.keys(current)) {
      const field = descriptor.fieldByName.get(key);
      if (field === undefined || field.kind !== "message" || hasOwnJsonForm(field.typeName)) continue;
      path.push(key);
      visitField(field, current[key]);
      path.pop();
    }
  }

  function visitField(field: FieldDescriptor, value: unknown): void {
    if (field.mapKeyKind === null && !field.isRepeated) {
      if (isMessage(value)) visitMessage(field.typeName, value);
      return;
    }
    const entries: Iterable<[PathStep, unknown]> = Array.isArray(value)
      ? value.entries()
      : Object.entries((value ?? {}) as CanonicalMessage);
    for (const [step, element] of entries) {
      if (!isMessage(element)) continue;
      path.push(step);
      visitMessage(field.typeName, element);
      path.pop();
    }
  }
}

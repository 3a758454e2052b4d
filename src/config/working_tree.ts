/**
 * The tree the schemas read: a copy of the canonical one in which TypedStructs are the messages they stand for and
 * fields without effect are gone. Places and broken marks go along, so that paths can be looked up in it.
 */

import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import { inertField } from "./inert_fields.ts";
import type { PathStep } from "./field_path.ts";
import { walkMessages } from "./message_walk.ts";
import { LEFT_OUT } from "./schema/field.ts";
import { messageNameOf } from "./type_url.ts";
import { type CanonicalMessage, isMessage, type SourceMap } from "./source_map.ts";

/** Deep copy with TypedStructs opened. */
export function workingCopy(tree: CanonicalMessage, sourceMap: SourceMap): CanonicalMessage {
  const opened = sourceMap.payload(tree);
  const copy: CanonicalMessage = {};
  sourceMap.alias(opened, copy);
  for (const [key, value] of Object.entries(opened)) copy[key] = copyValue(value, sourceMap);
  return copy;
}

function copyValue(value: unknown, sourceMap: SourceMap): unknown {
  if (Array.isArray(value)) {
    const copy = value.map((item) => copyValue(item, sourceMap));
    sourceMap.alias(value, copy);
    return copy;
  }
  return isMessage(value) ? workingCopy(value, sourceMap) : value;
}

/** Removes fields that have no effect here; `warn` hears of those whose absence could be noticed. */
export function removeInertFields(
  messageName: string,
  tree: CanonicalMessage,
  warn: (path: readonly PathStep[], reason: string) => void,
): void {
  walkMessages(messageName, tree, (descriptor, message, path) => {
    for (const name of EXTENSION_LISTS) leaveOutTolerated(message[name]);
    for (const name of Object.keys(message)) {
      const inert = inertField(descriptor.name, name, message[name]);
      if (inert === undefined) continue;
      delete message[name];
      if (inert.isNoticeable) warn([...path, name], `accepted without effect: ${inert.reason}`);
    }
  });
}

/** Lists whose elements may be left out: they are read with `extensionList`. */
const EXTENSION_LISTS = ["http_filters", "filters", "access_log", "bootstrap_extensions"];

/** What Envoy does not know and the reader let pass, with a warning, does nothing here. */
function leaveOutTolerated(elements: unknown): void {
  if (!Array.isArray(elements)) return;
  elements.forEach((element, index) => {
    const any = isMessage(element) ? element["typed_config"] : undefined;
    const typeUrl = isMessage(any) ? any["@type"] : undefined;
    if (typeof typeUrl !== "string" || descriptorPool.message(messageNameOf(typeUrl)) !== undefined) return;
    elements[index] = LEFT_OUT;
  });
}

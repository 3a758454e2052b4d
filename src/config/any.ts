/**
 * `google.protobuf.Any` in JSON form: `@type` chooses the message, the other entries are its fields (spec/xds.md 1.2).
 *
 * A TypedStruct carries a message as free-form JSON under another type URL. It is kept as it is written, for dumps,
 * and the message it stands for is read too and put in the source map as its payload.
 */

import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import type { DocumentNode, MapEntry, MapNode } from "./document.ts";
import { INERT_MESSAGES } from "./inert_messages.ts";
import { hasOwnJsonForm } from "./json_forms.ts";
import { nearestName } from "./nearest_name.ts";
import type { MessageReader } from "./message_reader.ts";
import { nodeText } from "./proto_scalar.ts";
import { messageNameOf, TYPE_URL_PREFIX } from "./type_url.ts";
import type { CanonicalMessage } from "./source_map.ts";

const TYPED_STRUCTS = new Set(["xds.type.v3.TypedStruct", "udpa.type.v1.TypedStruct"]);

/** A list in which what nobody knows is passed over for what comes after it (spec/upstream.md 7.15). */
const POLICIES = "load_balancing_policy";

/** Reads the Anys of one walk. */
export class AnyReader {
  readonly #reader: MessageReader;

  constructor(reader: MessageReader) {
    this.#reader = reader;
  }

  /** The canonical Any, `@type` first, or undefined when it was refused. `typeField` is how the type was written. */
  read(node: MapNode, typeField = "@type"): CanonicalMessage | undefined {
    const typeEntry = node.entries.find((entry) => entry.key === "@type");
    if (typeEntry === undefined && node.entries.length === 0) return {};
    const typeUrl = typeEntry?.value.kind === "scalar" ? typeEntry.value.text : "";
    const name = messageNameOf(typeUrl);
    if (name === "") {
      this.#reader.refuse(
        typeEntry ?? node,
        typeEntry === undefined
          ? `cannot read this extension: no "@type", wanted "@type": "${TYPE_URL_PREFIX}<message>"`
          : `cannot read this extension: found "@type" ${
            nodeText(typeEntry.value)
          }, wanted "${TYPE_URL_PREFIX}<message>"`,
      );
      return undefined;
    }
    const any: CanonicalMessage = { "@type": typeUrl };
    return this.#reader.inside(typeUrl, () => this.#readPayload(any, name, node, typeEntry!, typeField));
  }

  #readPayload(
    any: CanonicalMessage,
    name: string,
    node: MapNode,
    typeEntry: MapEntry,
    typeField: string,
  ): CanonicalMessage | undefined {
    this.#reader.sourceMap.record(any, "@type", typeEntry);
    if (descriptorPool.message(name) === undefined) {
      return this.#readUnknown(any, name, node, typeEntry, typeField);
    }
    if (hasOwnJsonForm(name)) {
      const value = node.entries.find((entry) => entry.key === "value");
      for (const entry of node.entries) {
        if (entry.key === "@type" || entry.key === "value") continue;
        this.#reader.below(entry.key, () => this.#reader.refuse(entry, `unknown field, wanted "value" of ${name}`));
      }
      if (value === undefined) return any;
      this.#reader.sourceMap.record(any, "value", value);
      const read = this.#reader.below("value", () => this.#reader.readMessage(name, value.value));
      if (read !== undefined) any["value"] = read;
      return any;
    }
    this.#reader.readFields(descriptorPool.requireMessage(name), node, "@type", any);
    if (TYPED_STRUCTS.has(name)) this.#readTypedStruct(any, node);
    return any;
  }

  #readTypedStruct(any: CanonicalMessage, node: MapNode): void {
    const valueEntry = node.entries.find((entry) => entry.key === "value");
    const urlEntry = node.entries.find((entry) => entry.key === "type_url" || entry.key === "typeUrl");
    if (urlEntry?.value.kind !== "scalar") return;
    const typeUrl = urlEntry.value, isKnown = descriptorPool.message(messageNameOf(typeUrl.text)) !== undefined;
    if (!isKnown && this.#reader.isBelow(POLICIES)) return;
    const value: DocumentNode = valueEntry?.value ?? { kind: "map", entries: [], line: node.line, column: node.column };
    if (value.kind !== "map") return;
    const typed: MapNode = {
      ...value,
      entries: [
        { key: "@type", value: typeUrl, line: urlEntry.line, column: urlEntry.column },
        ...value.entries.filter((entry) => entry.key !== "@type"),
      ],
    };
    const payload = this.#reader.later(() => this.#reader.below("value", () => this.read(typed, "type_url")));
    if (payload !== undefined) this.#reader.sourceMap.setPayload(any, payload);
  }

  #readUnknown(
    any: CanonicalMessage,
    name: string,
    node: MapNode,
    typeEntry: MapEntry,
    typeField: string,
  ): CanonicalMessage | undefined {
    const inert = INERT_MESSAGES.get(name);
    const reason = inert === undefined
      ? `could not find @type '${any["@type"]}': Envoy 1.40 has no message of that name${hint(name)}`
      : `extension type ${name}, which ${inert}, is accepted`;
    if (inert === undefined && !this.#reader.options.tolerateUnknownExtensions) {
      this.#reader.below(typeField, () => this.#reader.refuse(typeEntry, reason));
      return undefined;
    }
    this.#reader.below(typeField, () => this.#reader.warn(typeEntry, `${reason}: not enforced`));
    for (const entry of node.entries) {
      if (entry.key !== "@type") any[entry.key] = this.#reader.readMessage("google.protobuf.Value", entry.value);
    }
    return any;
  }
}

/** A v2 name points at its v3 successor, another one at its nearest neighbour. */
function hint(name: string): string {
  const parts = name.split(".");
  const messageName = parts.at(-1)!, version = parts.at(-2) ?? "";
  if (/^v[12](alpha[0-9]*)?$/.test(version)) {
    const tail = `.${parts.at(-3)}.v3.${messageName}`;
    const successor = descriptorPool.typeNames.find((known) => known.endsWith(tail));
    const what = "v2 types are gone";
    return successor === undefined ? `, ${what}` : `, ${what}: the v3 name is ${TYPE_URL_PREFIX}${successor}`;
  }
  const near = nearestName(name, descriptorPool.typeNames);
  return near === null ? "" : `, did you mean ${TYPE_URL_PREFIX}${near}`;
}

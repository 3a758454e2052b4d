/** Maps and messages that attributes of a stream hold, as CEL sees them: metadata, and what is written like it. */
import type { CelFields, CelInput } from "../../base/cel/values.ts";
import type { FilterMetadata, JsonObject, JsonValue } from "../../config/metadata_config.ts";
import type { NodeIdentity } from "../../config/snapshot.ts";
import { type Message, type MessageField, messageText } from "./message_text.ts";

/** What this proxy calls itself to control planes. */
const USER_AGENT = "envoy";

/** A struct, as a map. */
export class JsonFields implements CelFields {
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  get(name: string): CelInput | undefined {
    return Object.hasOwn(this.#object, name) ? inputOf(this.#object[name]!) : undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  messageText(): null {
    return null;
  }
}

function inputOf(value: JsonValue): CelInput {
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(inputOf) : new JsonFields(value);
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * A message: every field it has is there, and those that are not set are empty.
 *
 * Differs from Envoy: for all else it is a map. `has()` finds a field that is not set, and so does `['field']` any.
 */
export class MessageFields implements CelFields {
  readonly #message: Message;

  constructor(message: Message) {
    this.#message = message;
  }

  get(name: string): CelInput | undefined {
    const field = Object.hasOwn(this.#message, name) ? this.#message[name]! : undefined;
    if (field === undefined || field.kind === "text") return field?.value;
    return field.kind === "message" ? new MessageFields(field.value) : new JsonFields(field.value);
  }

  /** Those that are set. */
  names(): readonly string[] {
    return Object.keys(this.#message).filter((name) => isSet(this.#message[name]!));
  }

  messageText(): string {
    return messageText(this.#message);
  }
}

function isSet(field: MessageField): boolean {
  switch (field.kind) {
    case "text":
      return field.value !== "";
    case "message":
      return Object.values(field.value).some(isSet);
    default:
      return Object.keys(field.value).length > 0;
  }
}

/** `core.v3.Metadata`; null = there is none, which is an empty one. */
export function metadataMessage(metadata: FilterMetadata | null): MessageFields {
  return new MessageFields({ filter_metadata: { kind: "structs", value: metadata ?? {} } });
}

/** `core.v3.Locality`. */
export function localityMessage(
  locality: { readonly region: string; readonly zone: string; readonly subZone: string },
): Message {
  return {
    region: { kind: "text", value: locality.region },
    zone: { kind: "text", value: locality.zone },
    sub_zone: { kind: "text", value: locality.subZone },
  };
}

/** `core.v3.Node`, as far as a configuration says it. */
export function nodeMessage(node: NodeIdentity): Message {
  return {
    id: { kind: "text", value: node.id },
    cluster: { kind: "text", value: node.cluster },
    metadata: { kind: "struct", value: node.metadata },
    locality: { kind: "message", value: localityMessage(node) },
    user_agent_name: { kind: "text", value: USER_AGENT },
  };
}

/**
 * Messages as people may see them: fields in proto order, without those that say what the default says, secrets made
 * unreadable (spec/operations.md 6.4.4). What is sensitive is known from the descriptors, through every `Any`; inside an
 * opaque `Struct` nothing is.
 */
import { descriptorPool, type FieldDescriptor, type MessageDescriptor } from "./descriptor/descriptor_pool.ts";
import { hasOwnJsonForm } from "./json_forms.ts";
import { type CanonicalMessage, isMessage } from "./source_map.ts";
import { messageNameOf } from "./type_url.ts";

/** What a secret's text and bytes become. */
const REDACTED = "[redacted]";
const REDACTED_BYTES = btoa(REDACTED);

/** How deep lists and messages are written one element at a time. */
const PIECEWISE_DEPTH = 5;

/** Puts a message's own fields in order, in place, without those that say nothing; secrets become unreadable. */
export function tidyMessage(descriptor: MessageDescriptor, message: CanonicalMessage): void {
  const fields = tidyFields(descriptor, message);
  for (const key of Object.keys(message)) delete message[key];
  for (const [key, value] of fields) message[key] = value;
}

/**
 * The same of all in it, as JSON without white space, in pieces, so that whoever writes it may pause. The message itself has
 * no `@type`.
 */
export function* readableJson(
  messageName: string,
  { "@type": _, ...message }: CanonicalMessage,
): Generator<string> {
  yield* messagePieces(messageName, message, 0);
}

function tidyFields(descriptor: MessageDescriptor, message: CanonicalMessage): [key: string, value: unknown][] {
  const rank = (key: string) => key === "@type" ? 0 : descriptor.fieldByName.get(key)?.number ?? Infinity;
  const written = Object.entries(message).sort(([left], [right]) => rank(left) - rank(right));
  const fields: [string, unknown][] = [];
  for (const [key, value] of written) {
    const field = descriptor.fieldByName.get(key);
    if (field !== undefined && isDefault(field, value)) continue;
    fields.push([key, field?.isSensitive ? redact(field, value) : value]);
  }
  return fields;
}

/** Null = its fields are not known: it is written as it is. */
function descriptorOf(messageName: string, message: CanonicalMessage): MessageDescriptor | null {
  const name = messageName === "google.protobuf.Any" ? messageNameOf(String(message["@type"] ?? "")) : messageName;
  return hasOwnJsonForm(name) ? null : descriptorPool.message(name) ?? null;
}

function* messagePieces(messageName: string, message: CanonicalMessage, depth: number): Generator<string> {
  const descriptor = descriptorOf(messageName, message);
  if (descriptor === null || depth >= PIECEWISE_DEPTH) {
    yield JSON.stringify(descriptor === null ? message : readable(descriptor, message));
    return;
  }
  let before = "{";
  for (const [key, value] of tidyFields(descriptor, message)) {
    const field = descriptor.fieldByName.get(key);
    yield `${before}${JSON.stringify(key)}:`;
    before = ",";
    if (field?.kind !== "message" || hasOwnJsonForm(field.typeName) || field.mapKeyKind !== null) {
      yield JSON.stringify(field === undefined ? value : readableField(field, value));
    } else if (Array.isArray(value)) yield* listPieces(field, value, depth + 2);
    else if (isMessage(value)) yield* messagePieces(field.typeName, value, depth + 1);
    else yield JSON.stringify(value);
  }
  yield before === "{" ? "{}" : "}";
}

function* listPieces(field: FieldDescriptor, list: readonly unknown[], depth: number): Generator<string> {
  let before = "[";
  for (const element of list) {
    yield before;
    before = ",";
    if (isMessage(element)) yield* messagePieces(field.typeName, element, depth);
    else yield JSON.stringify(element);
  }
  yield before === "[" ? "[]" : "]";
}

function readable(descriptor: MessageDescriptor, message: CanonicalMessage): CanonicalMessage {
  const copy: CanonicalMessage = {};
  for (const [key, value] of tidyFields(descriptor, message)) {
    const field = descriptor.fieldByName.get(key);
    copy[key] = field === undefined ? value : readableField(field, value);
  }
  return copy;
}

function readableField(field: FieldDescriptor, value: unknown): unknown {
  if (field.kind !== "message" || hasOwnJsonForm(field.typeName)) return value;
  if (Array.isArray(value)) return value.map((element) => readableValue(field.typeName, element));
  if (field.mapKeyKind === null || !isMessage(value)) return readableValue(field.typeName, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, readableValue(field.typeName, inner)]),
  );
}

function readableValue(messageName: string, value: unknown): unknown {
  if (!isMessage(value)) return value;
  const descriptor = descriptorOf(messageName, value);
  return descriptor === null ? value : readable(descriptor, value);
}

function isDefault(field: FieldDescriptor, value: unknown): boolean {
  if (field.hasPresence || field.isRepeated || field.mapKeyKind !== null) return false;
  if (field.kind === "enum") return value === descriptorPool.requireEnum(field.typeName).valueByNumber.get(0)?.name;
  return value === 0 || value === "0" || value === "" || value === false;
}

/** Everything readable inside becomes {@link REDACTED}. */
function redact(field: FieldDescriptor, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => redact(field, element));
  if (field.kind === "string") return REDACTED;
  if (field.kind === "bytes") return REDACTED_BYTES;
  if (!isMessage(value)) return value;
  const descriptor = descriptorPool.message(field.typeName);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const innerField = descriptor?.fieldByName.get(key);
      return [key, innerField === undefined ? REDACTED : redact(innerField, inner)];
    }),
  );
}

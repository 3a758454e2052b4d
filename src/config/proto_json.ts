/**
 * A parsed document becomes a canonical message: proto3 JSON, walked by descriptor (spec/xds.md 1.2 and 1.3).
 *
 * Canonical means: snake_case names, wrappers bare, scalars in one spelling, nulls and zero values of fields without
 * presence left out, no defaults added: the tree that /config_dump prints and the schemas read. Every problem of the
 * document is collected; a refused field is left out of the tree and marked broken, so that nobody then says it is
 * missing.
 */

import type { ConfigProblem } from "../base/errors.ts";
import { AnyReader } from "./any.ts";
import {
  descriptorPool,
  type EnumValueDescriptor,
  type FieldDescriptor,
  type FieldKind,
  type MessageDescriptor,
} from "./descriptor/descriptor_pool.ts";
import { type DocumentNode, type MapNode, plainValue, type Position, type ScalarNode } from "./document.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { hasOwnJsonForm, isScalarForm, WRAPPER_KINDS, zeroOf } from "./json_forms.ts";
import { nearestName } from "./nearest_name.ts";
import { isZero } from "./proto_json_emit.ts";
import { convertDuration, convertScalar, convertTimestamp, nodeText, Refused } from "./proto_scalar.ts";
import type { MessageReader, ReadOptions } from "./message_reader.ts";
import type { CanonicalMessage, SourceMap } from "./source_map.ts";

/** Reads one document; problems and warnings pile up in the lists it is given. */
export class ProtoJsonReader implements MessageReader {
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
  readonly sourceMap: SourceMap;
  readonly options: ReadOptions;
  readonly #any: AnyReader;
  readonly #path: PathStep[] = [];
  /** Type URLs of the Anys around the current field, outermost first. */
  readonly #typeUrls: string[] = [];
  #structDepth = 0;
  /** How often something was found to say. */
  #remarks = 0;

  constructor(sourceMap: SourceMap, options: ReadOptions, problems: ConfigProblem[], warnings: ConfigProblem[]) {
    this.sourceMap = sourceMap;
    this.options = options;
    this.problems = problems;
    this.warnings = warnings;
    this.#any = new AnyReader(this);
  }

  /** The canonical tree of `node` as a message of that name. */
  read(messageName: string, node: DocumentNode): CanonicalMessage {
    const descriptor = descriptorPool.requireMessage(messageName);
    if (node.kind === "map") return this.readFields(descriptor, node);
    this.refuse(node, `found ${nodeText(node)}, wanted an object of ${messageName}`);
    return {};
  }

  /** Adds a problem at the current path. */
  refuse(position: Position, reason: string, isLate = false): void {
    const problem = this.#problem(position, reason);
    const { onLateProblem } = this.options;
    if (onLateProblem !== undefined && (isLate || this.#structDepth > 0)) onLateProblem(problem);
    else this.problems.push(problem);
  }

  /** Adds a warning at the current path. */
  warn(position: Position, reason: string): void {
    this.warnings.push(this.#problem(position, reason));
  }

  #problem(position: Position, reason: string): ConfigProblem {
    this.#remarks++;
    const typeUrl = this.#typeUrls.at(-1);
    const problem = { path: pathText(this.#path), reason, line: position.line, column: position.column };
    return typeUrl === undefined ? problem : { ...problem, typeUrl };
  }

  /** Runs `body` with problems naming `typeUrl`. */
  inside<T>(typeUrl: string, body: () => T): T {
    this.#typeUrls.push(typeUrl);
    const result = body();
    this.#typeUrls.pop();
    return result;
  }

  /** Runs `body`, of a TypedStruct's value, with all problems late. */
  later<T>(body: () => T): T {
    this.#structDepth++;
    const result = body();
    this.#structDepth--;
    return result;
  }

  /** Runs `body` with problems one step further down. */
  below<T>(step: PathStep, body: () => T): T {
    this.#path.push(step);
    const result = body();
    this.#path.pop();
    return result;
  }

  /** Whether the walk is below a field of this name. */
  isBelow(field: string): boolean {
    return this.#path.includes(field);
  }

  /** The fields of an object, into `target`; entries named in `skip` are left to the caller. */
  readFields(
    descriptor: MessageDescriptor,
    node: MapNode,
    skip = "",
    target: CanonicalMessage = {},
  ): CanonicalMessage {
    const oneofs = new Map<string, string>();
    const seen = new Set<string>();
    for (const entry of node.entries) {
      if (entry.key === skip) continue;
      const field = descriptor.fieldByName.get(entry.key);
      if (field === undefined) {
        this.below(entry.key, () => this.#unknownField(descriptor, entry.key, entry));
        continue;
      }
      this.sourceMap.record(target, field.name, entry);
      this.below(field.name, () => {
        if (seen.has(field.name)) {
          this.refuse(entry, `given twice, as "${field.name}" and "${field.jsonName}", wanted once`);
          return;
        }
        seen.add(field.name);
        if (isNull(entry.value) && !keepsNull(field)) return;
        const other = field.oneof === "" ? undefined : oneofs.get(field.oneof);
        if (other !== undefined) {
          this.refuse(
            entry,
            `'${field.name}' has already been set (either directly or as part of a oneof): found "${other}" too, ` +
              `wanted one of them`,
          );
          return;
        }
        if (field.oneof !== "") oneofs.set(field.oneof, field.name);
        const value = this.#readField(field, entry.value);
        if (value === undefined) this.sourceMap.markBroken(target, field.name);
        else if (!isZero(field, value)) target[field.name] = value;
      });
    }
    return target;
  }

  /** A whole field; undefined when it was refused. */
  #readField(field: FieldDescriptor, node: DocumentNode): unknown {
    if (field.mapKeyKind !== null) return this.#readMap(field, field.mapKeyKind, node);
    if (!field.isRepeated) return this.#readSingle(field, node);
    // One bare value is a list of one, and lists in lists are one list, as in Envoy.
    const items = field.typeName === "google.protobuf.ListValue" && node.kind === "list" ? node.items : flattened(node);
    const result: unknown[] = [];
    items.forEach((item, index) => {
      if (item.kind === "map" && item.known !== undefined) return void result.push(item.known);
      this.sourceMap.record(result, result.length, item);
      const value = this.below(index, () => this.#readElement(field, item));
      if (value !== undefined) result.push(value);
    });
    return result.length === 0 && items.length > 0 ? undefined : result;
  }

  #readElement(field: FieldDescriptor, node: DocumentNode): unknown {
    if (!isNull(node) || keepsNull(field)) return this.#readSingle(field, node);
    // Envoy makes an empty message of a null element.
    if (field.kind === "message" && !hasOwnJsonForm(field.typeName)) return {};
    this.refuse(node, `found null, wanted a value`);
    return undefined;
  }

  #readMap(field: FieldDescriptor, keyKind: FieldKind, node: DocumentNode): unknown {
    if (node.kind !== "map") {
      this.refuse(node, `found ${nodeText(node)}, wanted an object`);
      return undefined;
    }
    const result: CanonicalMessage = {};
    for (const entry of node.entries) {
      this.sourceMap.record(result, entry.key, entry);
      this.below(entry.key, () => {
        const key = { kind: "scalar" as const, value: entry.key, text: entry.key, ...placeOf(entry) };
        const converted = convertScalar(keyKind, key);
        if (converted instanceof Refused) return this.refuse(entry, `key of the map: ${converted.reason}`);
        if (isNull(entry.value) && !keepsNull(field)) return this.refuse(entry, `found null, wanted a value`);
        const value = this.#readSingle(field, entry.value);
        if (value !== undefined) result[String(converted)] = value;
      });
    }
    return result;
  }

  /** One value of the field's type. */
  #readSingle(field: FieldDescriptor, node: DocumentNode): unknown {
    if (field.kind === "message") return this.readMessage(field.typeName, node);
    if (node.kind !== "scalar") {
      this.refuse(node, `found ${nodeText(node)}, wanted ${kindText(field)}`);
      return undefined;
    }
    return field.kind === "enum" ? this.#readEnum(field.typeName, node) : this.#accept(
      node,
      convertScalar(field.kind, node),
    );
  }

  /** One message in whichever JSON form it has. */
  readMessage(messageName: string, node: DocumentNode): unknown {
    const wrapped = WRAPPER_KINDS[messageName];
    if (isScalarForm(messageName)) {
      if (node.kind === "map" && messageName !== "google.protobuf.FieldMask") {
        return this.#readSpelledOut(messageName, node);
      }
      if (node.kind !== "scalar") {
        this.refuse(node, `found ${nodeText(node)}, wanted one value (${messageName})`);
        return undefined;
      }
      if (wrapped !== undefined) return this.#accept(node, convertScalar(wrapped, node));
      if (messageName === "google.protobuf.Duration") return this.#accept(node, convertDuration(node));
      if (messageName === "google.protobuf.Timestamp") return this.#accept(node, convertTimestamp(node));
      return node.text;
    }
    if (messageName === "google.protobuf.Value") return plainValue(node);
    if (messageName === "google.protobuf.ListValue") {
      return node.kind === "list" ? plainValue(node) : [plainValue(node)];
    }
    if (node.kind !== "map") {
      this.refuse(node, `found ${nodeText(node)}, wanted an object of ${messageName}`);
      return undefined;
    }
    if (messageName === "google.protobuf.Struct") return this.#readStruct(node);
    if (messageName === "google.protobuf.Any") return this.#any.read(node);
    const remarks = this.#remarks;
    const message = this.readFields(descriptorPool.requireMessage(messageName), node);
    if (node.place !== undefined && this.#remarks === remarks) this.options.memory?.note(node.place, message);
    return message;
  }

  /** `{value: 5}` for a wrapper, `{seconds: 5, nanos: 0}` for a duration or time: Envoy takes these too. */
  #readSpelledOut(messageName: string, node: MapNode): unknown {
    const before = this.problems.length;
    const fields = this.readFields(descriptorPool.requireMessage(messageName), node);
    if (this.problems.length > before) return undefined;
    const wrapped = WRAPPER_KINDS[messageName];
    if (wrapped !== undefined) return fields["value"] ?? zeroOf(wrapped);
    const nanoseconds = String(fields["nanos"] ?? 0).padStart(9, "0");
    const seconds = String(fields["seconds"] ?? 0);
    const isTime = messageName === "google.protobuf.Timestamp";
    const text = isTime
      ? `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${nanoseconds}Z`
      : `${seconds}.${nanoseconds}s`;
    const spelled: ScalarNode = { kind: "scalar", value: text, text, line: node.line, column: node.column };
    return this.#accept(spelled, isTime ? convertTimestamp(spelled) : convertDuration(spelled));
  }

  #readStruct(node: MapNode): CanonicalMessage {
    const result: CanonicalMessage = {};
    for (const entry of node.entries) {
      this.sourceMap.record(result, entry.key, entry);
      result[entry.key] = plainValue(entry.value);
    }
    return result;
  }

  #readEnum(enumName: string, node: ScalarNode): unknown {
    const { values, valueByNumber } = descriptorPool.requireEnum(enumName);
    const text = typeof node.value === "string" ? node.value : node.text;
    const byName = values.find((value) => value.name === text) ??
      values.find((value) => value.name.toLowerCase() === text.toLowerCase());
    if (byName !== undefined) return this.#enumName(valueByNumber, byName);
    if (/^-?[0-9]+$/.test(text)) {
      const found = valueByNumber.get(Number(text));
      if (found !== undefined) return found.name;
      this.refuse(
        node,
        `value must be one of the defined enum values: found ${text}, wanted ${enumName} (${namesText(values)})`,
        true,
      );
      return undefined;
    }
    const near = nearestName(text, values.map((value) => value.name));
    const hint = near === null ? `wanted ${namesText(values)}` : `did you mean ${near}`;
    this.#unknown(node, `unknown enum value '${text}' of ${enumName}, ${hint}`);
    return undefined;
  }

  #enumName(byNumber: ReadonlyMap<number, EnumValueDescriptor>, value: EnumValueDescriptor): string {
    return byNumber.get(value.number)!.name;
  }

  #accept(node: ScalarNode, value: string | number | boolean | Refused): unknown {
    if (!(value instanceof Refused)) return value;
    this.refuse(node, value.reason, value.isLate);
    return undefined;
  }

  #unknownField(descriptor: MessageDescriptor, key: string, position: Position): void {
    const near = nearestName(key, descriptor.fields.map((field) => field.name)) ??
      nearestName(key, descriptor.fieldByName.keys());
    const hint = near === null ? "" : `, did you mean "${near}"`;
    this.#unknown(position, `unknown field of ${descriptor.name}${hint}`);
  }

  /** A name Envoy does not know either. */
  #unknown(position: Position, reason: string): void {
    if (this.options.onUnknown !== undefined) this.options.onUnknown(this.#problem(position, reason));
    else if (this.options.allowUnknownFields) this.warn(position, `${reason}: left out`);
    else this.refuse(position, reason);
  }
}

function flattened(node: DocumentNode): readonly DocumentNode[] {
  if (node.kind !== "list") return [node];
  return node.items.some(({ kind }) => kind === "list") ? node.items.flatMap(flattened) : node.items;
}

function placeOf(position: Position): Position {
  return { line: position.line, column: position.column };
}

function isNull(node: DocumentNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function keepsNull(field: FieldDescriptor): boolean {
  return field.typeName === "google.protobuf.Value";
}

function kindText(field: FieldDescriptor): string {
  if (field.kind === "enum") return `a value of ${field.typeName}`;
  return field.kind === "bool" ? "true or false" : field.kind === "string" ? "a string" : `a ${field.kind}`;
}

function namesText(values: readonly EnumValueDescriptor[]): string {
  return values.map((value) => value.name).join(", ");
}

/**
 * Every message and enum of Envoy 1.40, looked up by full name.
 *
 * `descriptors.json` is generated (generate/main.go) and holds one text a type; a text is read when its type is first
 * asked for, so that start-up pays only for what a configuration uses. The text form is described beside
 * `messageText` in the generator. Field numbers are kept: binary xDS reads and writes by them.
 */

import { invariant } from "../../base/errors.ts";
import table from "./descriptors.json" with { type: "json" };
import { ROUTE_CHECK_MESSAGES } from "./route_check_messages.ts";

/** What a field holds, in protobuf's words. */
export type FieldKind =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes"
  | "enum"
  | "message";

/** One field of a message. Of a map field, `kind` and `typeName` are the value's. */
export interface FieldDescriptor {
  readonly name: string;
  /** The lowerCamelCase spelling. */
  readonly jsonName: string;
  readonly number: number;
  readonly kind: FieldKind;
  /** Full name of the message or enum; empty for scalars. */
  readonly typeName: string;
  readonly isRepeated: boolean;
  /** Kind of the keys of a map field, else null. */
  readonly mapKeyKind: FieldKind | null;
  /** Name of the oneof it belongs to, or empty. */
  readonly oneof: string;
  /** Unset and zero differ: messages, members of a oneof, `optional` fields. */
  readonly hasPresence: boolean;
  readonly isSensitive: boolean;
  readonly isDeprecated: boolean;
  /** Deprecated and refused unless a runtime feature allows it. */
  readonly isDisallowed: boolean;
  /** Value constraints by their protoc-gen-validate name, `items.`, `keys.` or `values.` before those of elements. */
  readonly rules: ReadonlyMap<string, string>;
}

/** One message. */
export interface MessageDescriptor {
  readonly name: string;
  /** In order of their numbers. */
  readonly fields: readonly FieldDescriptor[];
  /** By either spelling. */
  readonly fieldByName: ReadonlyMap<string, FieldDescriptor>;
  readonly fieldByNumber: ReadonlyMap<number, FieldDescriptor>;
  /** Oneofs that must have a member set. */
  readonly requiredOneofs: readonly string[];
}

/** One value of an enum. */
export interface EnumValueDescriptor {
  readonly name: string;
  readonly number: number;
  readonly isDeprecated: boolean;
  readonly isDisallowed: boolean;
}

/** One enum. The first value of a number is its name; others are aliases. */
export interface EnumDescriptor {
  readonly name: string;
  readonly values: readonly EnumValueDescriptor[];
  readonly valueByNumber: ReadonlyMap<number, EnumValueDescriptor>;
}

const KIND_BY_LETTER: Readonly<Record<string, FieldKind>> = {
  d: "double",
  f: "float",
  i: "int32",
  I: "int64",
  u: "uint32",
  U: "uint64",
  z: "sint32",
  Z: "sint64",
  x: "fixed32",
  X: "fixed64",
  y: "sfixed32",
  Y: "sfixed64",
  t: "bool",
  s: "string",
  b: "bytes",
  e: "enum",
  m: "message",
};

/** `[%keyKind]kind[type index, or <type name>]flags` of a field line. */
const TYPE_PATTERN = /^(?:%([a-zA-Z]))?([a-zA-Z])([0-9]*|<[\w.]+>)(\*?)(\??)(?:\|([0-9]+))?(#?)(!{0,2})$/;

/** Looks types up by full name, without a leading dot. */
export class DescriptorPool {
  readonly #texts = new Map<string, string>();
  /** Position in the table to full name. */
  readonly #names: string[] = [];
  readonly #messages = new Map<string, MessageDescriptor>();
  readonly #enums = new Map<string, EnumDescriptor>();

  constructor(packages: readonly (readonly string[])[]) {
    for (const entry of packages) {
      const prefix = entry[0]! + ".";
      for (let at = 1; at < entry.length; at += 2) {
        const name = prefix + entry[at]!;
        this.#names.push(name);
        this.#texts.set(name, entry[at + 1]!);
      }
    }
  }

  /** Full names of all messages and enums. */
  get typeNames(): readonly string[] {
    return this.#names;
  }

  /** The message of that full name, or undefined when Envoy has none. */
  message(name: string): MessageDescriptor | undefined {
    const known = this.#messages.get(name);
    if (known !== undefined) return known;
    const text = this.#texts.get(name);
    if (text === undefined || text.startsWith("=")) return undefined;
    const message = this.#readMessage(name, text);
    this.#messages.set(name, message);
    return message;
  }

  /** The message of a reference that must hold. */
  requireMessage(name: string): MessageDescriptor {
    const message = this.message(name);
    invariant(message !== undefined, `no descriptor of message ${name}`);
    return message;
  }

  /** The enum of a reference that must hold. */
  requireEnum(name: string): EnumDescriptor {
    let found = this.#enums.get(name);
    if (found === undefined) {
      const text = this.#texts.get(name);
      invariant(text !== undefined && text.startsWith("="), `no descriptor of enum ${name}`);
      found = readEnum(name, text);
      this.#enums.set(name, found);
    }
    return found;
  }

  #readMessage(name: string, text: string): MessageDescriptor {
    const lines = text === "" ? [] : text.split("\n");
    const oneofs = lines.filter((line) => line.startsWith("|")).map((line) => line.slice(1));
    const fields = lines.filter((line) => !line.startsWith("|")).map((line) => this.#readField(line, oneofs));
    const fieldByName = new Map<string, FieldDescriptor>();
    for (const field of fields) fieldByName.set(field.jsonName, field);
    for (const field of fields) fieldByName.set(field.name, field);
    return {
      name,
      fields,
      fieldByName,
      fieldByNumber: new Map(fields.map((field) => [field.number, field])),
      requiredOneofs: oneofs.filter((oneof) => oneof.endsWith("!")).map((oneof) => oneof.slice(0, -1)),
    };
  }

  #readField(line: string, oneofs: readonly string[]): FieldDescriptor {
    const [name, number, type, ...rules] = line.split(" ");
    const match = TYPE_PATTERN.exec(type!);
    invariant(match !== null, `cannot read descriptor line ${line}`);
    const [, keyLetter, letter, index, star, question, oneofIndex, sensitive, deprecation] = match;
    const kind = KIND_BY_LETTER[letter!]!;
    const isRepeated = star !== "" && keyLetter === undefined;
    const isOneofMember = oneofIndex !== undefined;
    const isList = isRepeated || keyLetter !== undefined;
    return {
      name: name!,
      jsonName: name!.replace(/_([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      number: Number(number),
      kind,
      typeName: index === "" ? "" : index!.startsWith("<") ? index!.slice(1, -1) : this.#names[Number(index)]!,
      isRepeated,
      mapKeyKind: keyLetter === undefined ? null : KIND_BY_LETTER[keyLetter]!,
      oneof: isOneofMember ? oneofs[Number(oneofIndex)]!.replace("!", "") : "",
      hasPresence: !isList && (kind === "message" || isOneofMember || question !== ""),
      isSensitive: sensitive !== "",
      isDeprecated: deprecation !== "",
      isDisallowed: deprecation === "!!",
      rules: new Map(rules.map(readRule)),
    };
  }
}

function readRule(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

function readEnum(name: string, text: string): EnumDescriptor {
  const values = text.split("\n").map((line): EnumValueDescriptor => {
    const [valueName, number] = line.slice(1).split(" ");
    return {
      name: valueName!,
      number: parseInt(number!),
      isDeprecated: number!.endsWith("!"),
      isDisallowed: number!.endsWith("!!"),
    };
  });
  const valueByNumber = new Map<number, EnumValueDescriptor>();
  for (const value of values) if (!valueByNumber.has(value.number)) valueByNumber.set(value.number, value);
  return { name, values, valueByNumber };
}

/** The one pool of this isolate: constant data, read lazily. */
export const descriptorPool: DescriptorPool = new DescriptorPool([...table.packages, ROUTE_CHECK_MESSAGES]);

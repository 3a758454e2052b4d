/**
 * What goes into CEL expressions and what comes out of them, in words of our own: the engine's types stay with the
 * engine (engine.ts), which is loaded only where an expression is configured.
 *
 * CEL's `int` is a bigint here, its `double` a number, its `bytes` a Uint8Array.
 */

/** CEL's `uint`. It is equal to other numbers of its value, but adds up with its own kind only. */
export class CelUnsigned {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment: whole seconds since 1970, and what is over them. */
export class CelTimestamp {
  readonly seconds: bigint;
  readonly nanos: number;

  constructor(seconds: bigint, nanos: number) {
    this.seconds = seconds;
    this.nanos = nanos;
  }
}

/** A span of time, either way. */
export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Values by name, each made when an expression asks for it. */
export interface CelFields {
  /** Undefined = there is no such thing; the expression has an error. */
  get(name: string): CelInput | undefined;
  /** The names that are there; null = it cannot be listed: its size is 0, and as a whole it is no value. */
  names(): readonly string[] | null;
  /** A protobuf message as text on one line; null = it is a map. */
  messageText(): string | null;
}

/** What an expression may be given. */
export type CelInput =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUnsigned
  | CelTimestamp
  | CelDuration
  | readonly CelInput[]
  | CelFields;

/** A list that an expression gave. */
export class CelList {
  readonly items: readonly CelOutcome[];

  constructor(items: readonly CelOutcome[]) {
    this.items = items;
  }
}

/** A map that an expression gave or made; of messages the text, too. */
export class CelMap {
  /** Null: it cannot be listed. */
  readonly entries: (() => readonly (readonly [CelOutcome, CelOutcome])[]) | null;
  /** Null of what is no message. */
  readonly messageText: () => string | null;

  constructor(entries: CelMap["entries"], messageText: CelMap["messageText"]) {
    this.entries = entries;
    this.messageText = messageText;
  }
}

/** The name of a type. */
export class CelTypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What comes of an expression; undefined = an error, as where something is asked for that is not there. */
export type CelOutcome =
  | undefined
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUnsigned
  | CelTimestamp
  | CelDuration
  | CelList
  | CelMap
  | CelTypeName;

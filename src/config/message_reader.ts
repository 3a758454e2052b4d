/**
 * What the parts of the proto3 JSON reader need of each other: the walk itself (proto_json.ts) and the reading of Anys
 * (any.ts), which goes back into the walk.
 */

import type { ConfigProblem } from "../base/errors.ts";
import type { MessageDescriptor } from "./descriptor/descriptor_pool.ts";
import type { ElementMemory } from "./element_memory.ts";
import type { DocumentNode, MapNode, Position } from "./document.ts";
import type { PathStep } from "./field_path.ts";
import type { CanonicalMessage, SourceMap } from "./source_map.ts";

/** What to do with what Envoy does not know. */
export interface ReadOptions {
  /** Unknown fields and enum names are warnings; the field is left out. */
  readonly allowUnknownFields: boolean;
  /** A type URL that Envoy does not know is a warning; the message is kept as it is written. */
  readonly tolerateUnknownExtensions: boolean;
  /** Told of unknown fields and enum names, which are left out then: neither refused nor warned of. */
  readonly onUnknown?: (problem: ConfigProblem) => void;
  /**
   * Told of what Envoy finds only once it has read the document: values of the right form that are not allowed, and all
   * that is wrong with what a TypedStruct stands for. Problems like others when nobody hears of them.
   */
  readonly onLateProblem?: (problem: ConfigProblem) => void;
  /** Is told what was read of texts that may be remembered, where nothing had to be said of them. */
  readonly memory?: ElementMemory;
}

/** A walk through one document. */
export interface MessageReader {
  readonly sourceMap: SourceMap;
  readonly options: ReadOptions;
  /** Adds a problem at the current path. `isLate`: see {@link ReadOptions.onLateProblem}. */
  refuse(position: Position, reason: string, isLate?: boolean): void;
  /** Adds a warning at the current path. */
  warn(position: Position, reason: string): void;
  /** Runs `body` with problems naming `typeUrl`. */
  inside<T>(typeUrl: string, body: () => T): T;
  /** Runs `body`, of a TypedStruct's value, with all problems late. */
  later<T>(body: () => T): T;
  /** Runs `body` with problems one step further down. */
  below<T>(step: PathStep, body: () => T): T;
  /** Whether the walk is below a field of this name. */
  isBelow(field: string): boolean;
  /** The fields of an object, into `target`; the entry named `skip` is left to the caller. */
  readFields(descriptor: MessageDescriptor, node: MapNode, skip?: string, target?: CanonicalMessage): CanonicalMessage;
  /** One message in whichever JSON form it has; undefined when it was refused. */
  readMessage(messageName: string, node: DocumentNode): unknown;
}

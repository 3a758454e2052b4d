/**
 * What the parts of the proto3 JSON reader need of each other: the walk itself (proto_json.ts) and the reading of Anys
 * (any.ts), which goes back into the walk.
 */

import type { ConfigProblem } from "../base/errors.ts";
import type { MessageDescriptor } from "./descriptor/descriptor_pool.ts";
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
}

/** A walk through one document. */
export interface MessageReader {
  readonly sourceMap: SourceMap;
  readonly options: ReadOptions;
  /** Adds a problem at the current path. */
  refuse(position: Position, reason: string): void;
  /** Adds a warning at the current path. */
  warn(position: Position, reason: string): void;
  /** Runs `body` with problems naming `typeUrl`. */
  inside<T>(typeUrl: string, body: () => T): T;
  /** Runs `body` with problems one step further down. */
  below<T>(step: PathStep, body: () => T): T;
  /** The fields of an object, into `target`; the entry named `skip` is left to the caller. */
  readFields(descriptor: MessageDescriptor, node: MapNode, skip?: string, target?: CanonicalMessage): CanonicalMessage;
  /** One message in whichever JSON form it has; undefined when it was refused. */
  readMessage(messageName: string, node: DocumentNode): unknown;
}

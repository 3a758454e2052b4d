/**
 * A parsed document before types are known: scalars with their spelling, lists and maps, each with its place.
 *
 * YAML and JSON both end here. A scalar keeps its text beside its value because only the field it lands in decides
 * which one counts: `id: no` is the text "no", `enabled: no` is false (spec/xds.md 1.1).
 */

import { ConfigError, type ConfigProblem } from "../base/errors.ts";
import type { ElementPlace } from "./element_memory.ts";

/** A place in the text, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A value of the document. */
export type DocumentNode = ScalarNode | ListNode | MapNode;

/** A text, number, bool word or null. */
export interface ScalarNode extends Position {
  readonly kind: "scalar";
  /** What the scalar is without knowing its field. */
  readonly value: string | number | boolean | null;
  /** As spelled, without quotes and escapes. */
  readonly text: string;
}

/** Values in order. */
export interface ListNode extends Position {
  readonly kind: "list";
  readonly items: readonly DocumentNode[];
}

/** Values by key. */
export interface MapNode extends Position {
  readonly kind: "map";
  /** In order; keys are unique. */
  readonly entries: readonly MapEntry[];
  /** Where what is read of it may be remembered. */
  readonly place?: ElementPlace;
  /** What was read of it before; there are no entries then. */
  readonly known?: Record<string, unknown>;
}

/** One key with its value; the place is the key's. */
export interface MapEntry extends Position {
  readonly key: string;
  readonly value: DocumentNode;
}

/** Deepest nesting of a document. Envoy's own limit for messages is 100. */
export const MAX_DOCUMENT_DEPTH = 200;

/** Nodes of one document, aliases expanded. */
export const MAX_DOCUMENT_NODES = 2_000_000;

/** The document as plain values: what a Struct holds. */
export function plainValue(node: DocumentNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(plainValue);
    case "map":
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plainValue(entry.value)]));
  }
}

/** A document that cannot be read at all. */
export function unreadable(reason: string, position?: Position): ConfigError {
  const problem: ConfigProblem = position === undefined
    ? { path: "", reason }
    : { path: "", reason, line: position.line, column: position.column };
  return new ConfigError([problem]);
}

/** Takes note of a key; refuses one that was there before, and the one that JavaScript objects cannot hold. */
export function noteKey(seen: Map<string, Position>, key: string, position: Position): void {
  const first = seen.get(key);
  if (first !== undefined) {
    throw unreadable(
      `Cannot read document: duplicate key "${key}", first given on line ${first.line}, wanted once`,
      position,
    );
  }
  if (key === "__proto__") throw unreadable(`Cannot read document: found key "__proto__", wanted another`, position);
  seen.set(key, position);
}

/**
 * Where each value of a canonical tree came from, kept beside the tree and keyed by its containers, so that a tree
 * can be merged into another without rewriting paths.
 */

import type { Position } from "./document.ts";
import type { PathStep } from "./field_path.ts";

/** Any message of the canonical tree: proto3 JSON with snake_case names. */
export type CanonicalMessage = Record<string, unknown>;

type Container = CanonicalMessage | unknown[];

export class SourceMap {
  readonly #positions = new WeakMap<object, Map<PathStep, Position>>();
  /** Fields whose value was refused: absent from the tree, but not missing in the text. */
  readonly #broken = new WeakMap<object, Set<string>>();
  /** TypedStruct Any to the message its `value` stands for, as an Any of its own. */
  readonly #payloads = new WeakMap<object, CanonicalMessage>();

  /** Remembers the place of `container[step]`. */
  record(container: Container, step: PathStep, position: Position): void {
    let positions = this.#positions.get(container);
    if (positions === undefined) this.#positions.set(container, positions = new Map());
    positions.set(step, { line: position.line, column: position.column });
  }

  position(container: object, step: PathStep): Position | undefined {
    return this.#positions.get(container)?.get(step);
  }

  markBroken(container: CanonicalMessage, field: string): void {
    let broken = this.#broken.get(container);
    if (broken === undefined) this.#broken.set(container, broken = new Set());
    broken.add(field);
  }

  isBroken(container: CanonicalMessage, field: string): boolean {
    return this.#broken.get(container)?.has(field) ?? false;
  }

  /** Makes `copy` stand for `original`: same places, same broken fields. */
  alias(original: Container, copy: Container): void {
    const positions = this.#positions.get(original), broken = this.#broken.get(original);
    if (positions !== undefined) this.#positions.set(copy, positions);
    if (broken !== undefined) this.#broken.set(copy, broken);
  }

  setPayload(typedStruct: CanonicalMessage, payload: CanonicalMessage): void {
    this.#payloads.set(typedStruct, payload);
  }

  /** The Any a TypedStruct stands for, or `any` itself. */
  payload(any: CanonicalMessage): CanonicalMessage {
    return this.#payloads.get(any) ?? any;
  }

  /** Place of the deepest part of `path` that has one, and type URL of the nearest Any around it. */
  locate(root: CanonicalMessage, path: readonly PathStep[]): { position: Position | undefined; typeUrl: string } {
    let container: unknown = root;
    let position: Position | undefined;
    let typeUrl = "";
    for (const step of path) {
      if (typeof container !== "object" || container === null) break;
      position = this.position(container, step) ?? position;
      container = (container as CanonicalMessage)[step];
      if (isMessage(container)) {
        container = this.payload(container);
        const url = (container as CanonicalMessage)["@type"];
        if (typeof url === "string") typeUrl = url;
      }
    }
    return { position, typeUrl };
  }
}

/** Whether a value of a canonical tree is an object and no list. */
export function isMessage(value: unknown): value is CanonicalMessage {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The message in a field; an empty one when there is none. */
export function messageIn(message: CanonicalMessage, name: string): CanonicalMessage {
  const value = message[name];
  return isMessage(value) ? value : {};
}

/** The messages of a list field. */
export function listIn(message: CanonicalMessage, name: string): CanonicalMessage[] {
  const value = message[name];
  return Array.isArray(value) ? value.filter(isMessage) : [];
}

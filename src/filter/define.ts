/**
 * How an extension introduces itself: a definition object that says which type URL it answers to, how its configuration
 * is read and how to make its factory. Definitions stand in one explicit list (`worker/builtins.ts`); nothing registers
 * itself.
 */
import type { ExtensionSchema, ExtensionSchemas } from "../config/schema/extension.ts";
import type { HttpFilterFactory, TerminalFilterFactory } from "./http_filter.ts";
import type { FilterServices } from "./services.ts";

/** One kind of HTTP filter; `createFactory`'s `config` is what its `schema` made of `typed_config`. */
export type HttpFilterDefinition = PassingFilterDefinition | TerminalFilterDefinition;

/** A filter that stands before others. */
export interface PassingFilterDefinition extends ExtensionSchema {
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  readonly isTerminal: false;
  createFactory(config: unknown, services: FilterServices): HttpFilterFactory;
}

/** A filter that answers requests and must be the last of its chain. */
export interface TerminalFilterDefinition extends ExtensionSchema {
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  readonly isTerminal: true;
  createFactory(config: unknown, services: FilterServices): TerminalFilterFactory;
}

/** What the configuration loader needs of `definitions`: each is its own schema. */
export function schemasOf(definitions: readonly HttpFilterDefinition[]): ExtensionSchemas {
  return new Map(definitions.map((definition) => [definition.typeUrl, definition]));
}

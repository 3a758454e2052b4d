/**
 * How an extension introduces itself: a definition object that says which type URL it answers to and how to make its
 * factory. Definitions stand in one explicit list (`worker/builtins.ts`); nothing registers itself.
 */
import type { HttpFilterFactory, TerminalFilterFactory } from "./http_filter.ts";
import type { FilterServices } from "./services.ts";

/** One kind of HTTP filter; `createFactory`'s `config` is what the extension's schema made of `typed_config`. */
export type HttpFilterDefinition = PassingFilterDefinition | TerminalFilterDefinition;

/** A filter that stands before others. */
export interface PassingFilterDefinition {
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  readonly isTerminal: false;
  createFactory(config: unknown, services: FilterServices): HttpFilterFactory;
}

/** A filter that answers requests and must be the last of its chain. */
export interface TerminalFilterDefinition {
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  readonly isTerminal: true;
  createFactory(config: unknown, services: FilterServices): TerminalFilterFactory;
}

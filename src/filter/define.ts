/**
 * How an extension introduces itself: a definition object that says which type URL it answers to and how to make its
 * factory. Definitions stand in one explicit list (`worker/builtins.ts`); nothing registers itself.
 */
import type { FilterServices } from "./services.ts";
import type { HttpFilterFactory } from "./http_filter.ts";

/** One kind of HTTP filter. */
export interface HttpFilterDefinition {
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  /** The filter answers requests and must be the last of its chain. */
  readonly isTerminal: boolean;
  /** `config` is what the extension's schema made of `typed_config`. */
  createFactory(config: unknown, services: FilterServices): HttpFilterFactory;
}

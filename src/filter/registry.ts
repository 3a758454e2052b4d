/** From a type URL to the extension that answers to it. Filled once by the worker from its list of built-ins. */
import { invariant } from "../base/errors.ts";
import type { HttpFilterDefinition } from "./define.ts";

export class FilterRegistry {
  readonly #http = new Map<string, HttpFilterDefinition>();

  constructor(http: readonly HttpFilterDefinition[]) {
    for (const definition of http) {
      invariant(!this.#http.has(definition.typeUrl), `Two filters answer to ${definition.typeUrl}`);
      this.#http.set(definition.typeUrl, definition);
    }
  }

  /** The filter of a type URL. Configuration with any other was refused before it came here. */
  httpFilter(typeUrl: string): HttpFilterDefinition {
    const definition = this.#http.get(typeUrl);
    invariant(definition !== undefined, `No HTTP filter answers to ${typeUrl}`);
    return definition;
  }
}

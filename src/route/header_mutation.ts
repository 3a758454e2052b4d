/**
 * `*_headers_to_add` and `*_headers_to_remove` of one level, compiled (spec/http.md 2.9). In this order: what is to go is
 * removed; every value is made from the fields as they are then; those that overwrite are set; those that append are
 * added. So no value sees another of its own level.
 */
import type { HeaderLevelConfig, HeaderMutationsConfig } from "../config/header_mutation_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { SINGLE_LINE_REQUEST_HEADERS, SINGLE_LINE_RESPONSE_HEADERS } from "../http/single_line_headers.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { StreamView } from "../observe/stream_view.ts";
import { HeaderValue } from "./header_value.ts";
import type { OuterLevels } from "./outer_levels.ts";

/** What one level does to the headers of one direction. */
export class HeaderMutations {
  readonly #remove: readonly string[];
  readonly #add: readonly HeaderValue[];

  private constructor(
    { remove, add }: HeaderMutationsConfig,
    singleLine: ReadonlySet<string>,
    context: FormatContext,
  ) {
    this.#remove = remove;
    this.#add = add.map((value) => new HeaderValue(value, singleLine, context));
  }

  /** Null = there is nothing to do. */
  static ofRequests(config: HeaderMutationsConfig, context: FormatContext): HeaderMutations | null {
    return isEmpty(config) ? null : new HeaderMutations(config, SINGLE_LINE_REQUEST_HEADERS, context);
  }

  /** Null = there is nothing to do. */
  static ofResponses(config: HeaderMutationsConfig, context: FormatContext): HeaderMutations | null {
    return isEmpty(config) ? null : new HeaderMutations(config, SINGLE_LINE_RESPONSE_HEADERS, context);
  }

  /** Changes `headers`, which `view` shows. */
  apply(headers: HeaderList, view: StreamView): void {
    for (const name of this.#remove) headers.removeName(name);
    const values = this.#add.map((header) => header.value(view));
    this.#put(headers, values, true);
    this.#put(headers, values, false);
  }

  /** Those that overwrite, or those that do not. */
  #put(headers: HeaderList, values: readonly (string | null)[], overwrites: boolean): void {
    this.#add.forEach((header, i) => {
      const value = values[i]!;
      if (value !== null && header.overwrites === overwrites) header.put(headers, value);
    });
  }
}

/** Every level of a route, in the order in which they are applied; null = none does anything. */
export interface RouteMutations {
  readonly request: readonly HeaderMutations[] | null;
  readonly response: readonly HeaderMutations[] | null;
}

/**
 * The levels around a route, and its own: from the inside out, so that the outermost has the last word, unless the
 * configuration turns that round. What one of several weighted clusters says always comes first.
 */
export function compileMutations(
  route: HeaderLevelConfig,
  weighted: HeaderLevelConfig | null,
  { configuration, virtualHost, formats }: OuterLevels,
): RouteMutations {
  const levels = [route, virtualHost, configuration];
  if (configuration.mostSpecificHeaderMutationsWins) levels.reverse();
  if (weighted !== null) levels.unshift(weighted);
  return {
    request: kept(levels.map(({ requestHeaders }) => HeaderMutations.ofRequests(requestHeaders, formats))),
    response: kept(levels.map(({ responseHeaders }) => HeaderMutations.ofResponses(responseHeaders, formats))),
  };
}

/** Applies levels one after the other; each sees what the one before it left. */
export function applyMutations(levels: readonly HeaderMutations[], headers: HeaderList, view: StreamView): void {
  for (let i = 0; i < levels.length; i++) levels[i]!.apply(headers, view);
}

function kept(levels: readonly (HeaderMutations | null)[]): readonly HeaderMutations[] | null {
  const working = levels.filter((level) => level !== null);
  return working.length === 0 ? null : working;
}

function isEmpty({ remove, add }: HeaderMutationsConfig): boolean {
  return remove.length === 0 && add.length === 0;
}

/**
 * `*_headers_to_add` and `*_headers_to_remove` of one level, compiled (spec/http.md 2.9). In this order: what is to go is
 * removed; every value is made from the fields as they are then; those that overwrite are set; those that append are
 * added. So no value sees another of its own level.
 */
import { invariant } from "../base/errors.ts";
import type { HeaderMutationsConfig, HeaderValueConfig } from "../config/header_mutation_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { SINGLE_LINE_REQUEST_HEADERS, SINGLE_LINE_RESPONSE_HEADERS } from "../http/single_line_headers.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { TextFormatter } from "../observe/format/text_formatter.ts";
import type { StreamView } from "../observe/stream_view.ts";

/** One field to be added. */
class HeaderValue {
  readonly config: HeaderValueConfig;
  readonly overwrites: boolean;
  readonly #formatter: TextFormatter;

  constructor(config: HeaderValueConfig, context: FormatContext) {
    this.config = config;
    this.overwrites = config.action.startsWith("OVERWRITE");
    this.#formatter = new TextFormatter(config.value, { omitEmptyValues: true, escapesValues: false }, context);
  }

  /** The value for a stream; null = an empty one that is not wanted. */
  value(view: StreamView): string | null {
    const value = this.#formatter.text(view);
    return value === "" && !this.config.keepsEmpty ? null : value;
  }
}

/** What one level does to the headers of one direction. */
export class HeaderMutations {
  readonly #remove: readonly string[];
  readonly #add: readonly HeaderValue[];
  readonly #singleLine: ReadonlySet<string>;

  private constructor(
    { remove, add }: HeaderMutationsConfig,
    singleLine: ReadonlySet<string>,
    context: FormatContext,
  ) {
    this.#remove = remove;
    this.#add = add.map((value) => new HeaderValue(value, context));
    this.#singleLine = singleLine;
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
    this.#add.forEach((header, i) => {
      const value = values[i]!;
      if (value === null || !header.overwrites) return;
      const { name, action } = header.config;
      if (action === "OVERWRITE_IF_EXISTS_OR_ADD" || headers.findName(name) >= 0) headers.setName(name, value);
    });
    this.#add.forEach((header, i) => {
      const value = values[i]!;
      if (value === null || header.overwrites) return;
      const { name, action } = header.config;
      const entry = headers.findName(name);
      if (entry < 0) return headers.addName(name, value);
      if (action === "ADD_IF_ABSENT") return;
      invariant(action === "APPEND_IF_EXISTS_OR_ADD", "A header action is neither to append nor to overwrite");
      if (this.#singleLine.has(name)) headers.setName(name, `${headers.valueText(entry)},${value}`);
      else headers.addName(name, value);
    });
  }
}

/** Levels from the first that is applied to the last, without those that do nothing; null = none does anything. */
export function joinLevels(levels: readonly (HeaderMutations | null)[]): readonly HeaderMutations[] | null {
  const kept = levels.filter((level) => level !== null);
  return kept.length === 0 ? null : kept;
}

function isEmpty({ remove, add }: HeaderMutationsConfig): boolean {
  return remove.length === 0 && add.length === 0;
}

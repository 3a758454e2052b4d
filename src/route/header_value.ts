/**
 * One field that configuration adds (`HeaderValueOption`), compiled: its value is made of a format, and its action says
 * what becomes of a field that is there already (spec/http.md 2.9). A value that would end its line is never put: of
 * a request it is told, and the router refuses that.
 *
 * Differs from Envoy: a response goes without such a value, which splits it there.
 */
import { holdsControls } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import type { HeaderValueConfig } from "../config/header_mutation_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { TextFormatter } from "../observe/format/text_formatter.ts";
import type { StreamView } from "../observe/stream_view.ts";

export class HeaderValue {
  /** The action takes the place of what is there; false: it leaves that. */
  readonly overwrites: boolean;
  readonly #config: HeaderValueConfig;
  readonly #formatter: TextFormatter;
  readonly #isSingleLine: boolean;

  /** `singleLine`: the names whose values go on one line. */
  constructor(config: HeaderValueConfig, singleLine: ReadonlySet<string>, context: FormatContext) {
    this.overwrites = config.action.startsWith("OVERWRITE");
    this.#config = config;
    this.#formatter = new TextFormatter(config.value, { omitEmptyValues: true, escapesValues: false }, context);
    this.#isSingleLine = singleLine.has(config.name);
  }

  /** The value for a stream; null = an empty one that is not wanted. */
  value(view: StreamView): string | null {
    const value = this.#formatter.text(view);
    return value === "" && !this.#config.keepsEmpty ? null : value;
  }

  /** Does with `value` as the action says. */
  put(headers: HeaderList, value: string): void {
    const { name, action } = this.#config;
    if (holdsControls(value)) {
      headers.unsendable ??= name;
      return;
    }
    switch (action) {
      case "APPEND_IF_EXISTS_OR_ADD":
        return this.#append(headers, value);
      case "ADD_IF_ABSENT":
        return headers.findName(name) < 0 ? headers.addName(name, value) : undefined;
      case "OVERWRITE_IF_EXISTS":
        return headers.findName(name) < 0 ? undefined : headers.setName(name, value);
      case "OVERWRITE_IF_EXISTS_OR_ADD":
        return headers.setName(name, value);
      default:
        return assertNever(action);
    }
  }

  #append(headers: HeaderList, value: string): void {
    const { name } = this.#config;
    const present = this.#isSingleLine ? headers.getNameJoined(name) : null;
    if (present === null) headers.addName(name, value);
    else headers.setName(name, `${present},${value}`);
  }
}

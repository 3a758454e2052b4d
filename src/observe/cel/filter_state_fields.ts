/** The filter state as CEL sees it: objects by key, as the bytes of their plain form. */
import type { CelFields } from "../../base/cel/values.ts";
import type { FilterState } from "../filter_state.ts";
import type { StreamView } from "../stream_view.ts";
import type { ViewHolder } from "./header_fields.ts";

export class FilterStateFields implements CelFields {
  readonly #read: (view: StreamView) => FilterState | null;
  readonly #holder: ViewHolder;

  constructor(read: (view: StreamView) => FilterState | null, holder: ViewHolder) {
    this.#read = read;
    this.#holder = holder;
  }

  get(name: string): Uint8Array | undefined {
    const { view } = this.#holder;
    const text = view === null ? null : this.#read(view)?.get(name)?.text ?? null;
    return text === null ? undefined : new TextEncoder().encode(text);
  }

  names(): null {
    return null;
  }

  messageText(): null {
    return null;
  }
}

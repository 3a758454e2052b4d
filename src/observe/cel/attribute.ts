/** Attributes of streams: what an expression can ask for, each read off the stream only when it is asked for. */
import { CelDuration, type CelFields, type CelInput } from "../../base/cel/values.ts";
import type { StreamView } from "../stream_view.ts";
import type { ViewHolder } from "./header_fields.ts";

/** Reads one attribute; undefined = the stream has none, and the expression an error. */
export type Attribute = (view: StreamView) => CelInput | undefined;

/** Attributes by name. */
export type AttributeTable = Readonly<Record<string, Attribute>>;

/** The attributes of one family, `request` or `upstream`, of the stream that is looked at. */
export class AttributeFields implements CelFields {
  readonly #table: AttributeTable;
  readonly #holder: ViewHolder;

  constructor(table: AttributeTable, holder: ViewHolder) {
    this.#table = table;
    this.#holder = holder;
  }

  get(name: string): CelInput | undefined {
    const { view } = this.#holder;
    return view !== null && Object.hasOwn(this.#table, name) ? this.#table[name]!(view) : undefined;
  }

  /** As in Envoy they are looked up, but not listed. */
  names(): null {
    return null;
  }

  messageText(): null {
    return null;
  }
}

/** A span of milliseconds with fractions; one that has no end yet is none. */
export function spanOf(startMs: number, endMs: number): CelDuration | undefined {
  return startMs < 0 || endMs < startMs ? undefined : new CelDuration(BigInt(Math.round((endMs - startMs) * 1e6)));
}

/** A text that is there if it is not empty. */
export function textOf(text: string): string | undefined {
  return text === "" ? undefined : text;
}

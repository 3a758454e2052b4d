/**
 * What configuration and filters know about a stream: `%METADATA(KIND:NAMESPACE:KEY*)%` and its older names, and the filter
 * state (spec/http.md 8.2). A string is written as it is, anything else as JSON; a null is no value.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { FilterMetadata, JsonObject, JsonValue } from "../../config/metadata_config.ts";
import type { FilterState } from "../filter_state.ts";
import type { StreamView } from "../stream_view.ts";
import { writeJson } from "./json_text.ts";
import { Operator, type OperatorTable } from "./operator.ts";
import { writeUtf8 } from "./text_writing.ts";

/** Writes a JSON value, a string without its quotes. */
abstract class JsonOperator extends Operator {
  override readonly isText = false;

  /** Null or undefined: there is none. */
  protected abstract read(view: StreamView): JsonValue | undefined;

  override write(writer: ByteWriter, view: StreamView): boolean {
    const value = this.read(view);
    if (value === undefined || value === null) return false;
    if (typeof value === "string") writeUtf8(writer, value);
    else writeJson(writer, value);
    return true;
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    const value = this.read(view);
    if (value === undefined || value === null) return false;
    writeJson(writer, value);
    return true;
  }
}

/** Metadata by its kind; null = there is none. */
const SOURCES: Readonly<Record<string, (view: StreamView) => FilterMetadata | null>> = {
  DYNAMIC: ({ facts }) => facts.dynamicMetadata,
  CLUSTER: ({ facts }) => facts.cluster?.metadata ?? null,
  ROUTE: ({ facts }) => facts.route?.metadata ?? null,
  VIRTUAL_HOST: ({ facts }) => facts.route?.virtualHostMetadata ?? facts.routelessHost?.metadata ?? null,
  UPSTREAM_HOST: ({ facts }) => facts.host?.metadata ?? null,
  LISTENER: ({ connection }) => connection.listener.metadata,
  LISTENER_FILTER_CHAIN: ({ connection }) => connection.listener.filterChainMetadata,
};

class MetadataOperator extends JsonOperator {
  override readonly isForeign: boolean;
  readonly #source: (view: StreamView) => FilterMetadata | null;
  readonly #path: readonly string[];

  constructor([kind = "", ...path]: readonly string[]) {
    super();
    this.isForeign = kind === "DYNAMIC";
    this.#source = SOURCES[kind]!;
    this.#path = path;
  }

  protected override read(view: StreamView): JsonValue | undefined {
    let value: JsonValue | undefined = this.#source(view) ?? undefined;
    for (const key of this.#path) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      value = Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
    }
    return this.#path.length === 0 ? undefined : value;
  }
}

class FilterStateOperator extends JsonOperator {
  override readonly isForeign = true;
  readonly #source: (view: StreamView) => FilterState | null;
  readonly #key: string;
  readonly #form: string;
  readonly #field: string;

  constructor(source: (view: StreamView) => FilterState | null, [key = "", form = "", field = ""]: readonly string[]) {
    super();
    this.#source = source;
    this.#key = key;
    this.#form = form;
    this.#field = field;
  }

  /** A text of its own is a string in JSON, too; so is the number of a field. */
  protected override read(view: StreamView): JsonValue | undefined {
    const object = this.#source(view)?.get(this.#key);
    if (object === undefined) return undefined;
    if (this.#form === "PLAIN") return object.text;
    if (this.#form === "TYPED") return object.json;
    const value = object.field(this.#field);
    return value === null ? null : String(value);
  }

  /** In text the typed form is JSON, a string with its quotes. */
  override write(writer: ByteWriter, view: StreamView): boolean {
    return this.#form === "TYPED" ? this.writeJson(writer, view) : super.write(writer, view);
  }
}

/** What was attached to routes, clusters and hosts, and what filters left behind. */
export const METADATA_OPERATORS: OperatorTable = {
  METADATA: ({ args }) => new MetadataOperator(args),
  FILTER_STATE: ({ args }) => new FilterStateOperator(({ facts }) => facts.filterState, args),
  UPSTREAM_FILTER_STATE: ({ args }) => new FilterStateOperator(({ facts }) => facts.upstreamFilterState, args),
};

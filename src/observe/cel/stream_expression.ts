/**
 * A CEL expression on streams, compiled for a worker: for `%CEL()%`, `%TYPED_CEL()%` and access log filters (spec/http.md
 * 8.2, 8.3). Only the attributes that it names are read, and of a stream nothing is kept.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { compileCel } from "../../base/cel/cel.ts";
import type { CelOption, CelProgram, CelRoots } from "../../base/cel/expression.ts";
import type { CelFields, CelOutcome } from "../../base/cel/values.ts";
import type { JsonValue } from "../../config/metadata_config.ts";
import type { NodeIdentity } from "../../config/snapshot.ts";
import type { StreamView } from "../stream_view.ts";
import { AttributeFields, type AttributeTable } from "./attribute.ts";
import { CONNECTION_ATTRIBUTES } from "./connection_attributes.ts";
import { metadataMessage } from "./field_maps.ts";
import { FilterStateFields } from "./filter_state_fields.ts";
import { RequestHeaderFields, ResponseHeaderFields, ResponseTrailerFields, type ViewHolder } from "./header_fields.ts";
import { jsonOf } from "./outcome_json.ts";
import { writeOutcome } from "./outcome_text.ts";
import { MESSAGE_ATTRIBUTES } from "./request_attributes.ts";
import { xdsAttributes } from "./xds_attributes.ts";

export class StreamExpression {
  readonly #holder = { view: null as StreamView | null };
  readonly #program: CelProgram;

  constructor(source: string, options: readonly CelOption[], node: NodeIdentity) {
    this.#program = compileCel(source, options, rootsOf(this.#holder, node));
  }

  /** Whether it is `true`. */
  isTrue(view: StreamView): boolean {
    return this.#on(view, (outcome) => outcome === true);
  }

  /** Writes what it gives as text. False: that is an error, and nothing was written. */
  write(writer: ByteWriter, view: StreamView): boolean {
    return this.#on(view, (outcome) => writeOutcome(writer, outcome));
  }

  /** What it gives as JSON; undefined = an error, or what JSON has not. */
  json(view: StreamView): JsonValue | undefined {
    return this.#on(view, jsonOf);
  }

  #on<Result>(view: StreamView, use: (outcome: CelOutcome) => Result): Result {
    const holder = this.#holder;
    holder.view = view;
    const result = use(this.#program.evaluate());
    holder.view = null;
    return result;
  }
}

function rootsOf(holder: ViewHolder, node: NodeIdentity): CelRoots {
  const fixed = (fields: CelFields) => () => fields;
  const family = (table: AttributeTable) => fixed(new AttributeFields(table, holder));
  const requestHeaders = new RequestHeaderFields(holder), responseHeaders = new ResponseHeaderFields(holder);
  const trailers = new ResponseTrailerFields(holder);
  const { request, response } = MESSAGE_ATTRIBUTES;
  const { source, destination, connection, upstream } = CONNECTION_ATTRIBUTES;
  const upstreamState = new FilterStateFields(({ facts }) => facts.upstreamFilterState, holder);
  return {
    request: family({ ...request, headers: () => requestHeaders }),
    response: family({ ...response, headers: () => responseHeaders, trailers: () => trailers }),
    source: family(source),
    destination: family(destination),
    connection: family(connection),
    upstream: family(upstream),
    xds: family(xdsAttributes(node)),
    metadata: () => metadataMessage(holder.view?.facts.dynamicMetadata ?? null),
    filter_state: fixed(new FilterStateFields(({ facts }) => facts.filterState, holder)),
    // Filters of an upstream connection make it.
    upstream_filter_state: () => holder.view?.facts.upstreamConnection == null ? undefined : upstreamState,
  };
}

/**
 * A test's request, as the router would see it: heads, metadata, runtime and chance, made of plain values. There is no
 * TLS on its connection, whatever `ssl` says: that only sets the scheme and `x-forwarded-proto`, as in Envoy's tool.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import { ByteBlock } from "../../base/byte_block.ts";
import type { FilterMetadata, JsonObject } from "../../config/metadata_config.ts";
import type { HeaderPair, MetadataEntryConfig, RouteTestInputConfig } from "../../config/route_check_config.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { methodOf } from "../../http/method.ts";
import { RequestHead } from "../../http/request_head.ts";
import { SINGLE_LINE_REQUEST_HEADERS } from "../../http/single_line_headers.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { updatedStruct } from "../../match/struct_update.ts";
import { NO_FILTER_STATE } from "../../observe/filter_state.ts";
import type { RouteInput } from "../../route/route_input.ts";

/** What routing looks at in this test. */
export function routeInputOf(input: RouteTestInputConfig, runtime: RuntimeValues, random: number): RouteInput {
  return {
    head: headOf(input),
    random,
    runtime,
    clientAddress: "127.0.0.1",
    connectionEnds: "127.0.0.1:0127.0.0.1:0",
    peerCertificate: null,
    dynamicMetadata: metadataOf(input.metadata),
    filterState: NO_FILTER_STATE,
  };
}

function headOf(input: RouteTestInputConfig): RequestHead {
  const head = beginHead(input.method, input.path, input.authority), { headers } = head;
  head.scheme = input.isSsl ? "https" : "http";
  headers.add(HeaderId.xForwardedProto, head.scheme);
  if (input.isInternal) headers.add(HeaderId.xEnvoyInternal, "true");
  addFields(headers, input.requestHeaders);
  return head;
}

/** A head that nobody sent, with its first line and its host. */
export function beginHead(methodText: string, path: string, authority: string): RequestHead {
  const head = new RequestHead(), method = latin1Bytes(methodText);
  head.begin(new ByteBlock(method));
  head.methodId = methodOf(method, 0, method.length);
  head.methodEnd = method.length;
  head.path = path;
  head.headers.add(HeaderId.host, authority);
  return head;
}

/** Adds fields as they would have been joined on their way here. */
export function addFields(headers: HeaderList, fields: readonly HeaderPair[]): void {
  for (const { name, value } of fields) {
    const old = SINGLE_LINE_REQUEST_HEADERS.has(name) ? headers.getName(name) : null;
    if (old === null) headers.addName(name, value);
    else headers.setName(name, `${old},${value}`);
  }
}

function metadataOf(entries: readonly MetadataEntryConfig[]): FilterMetadata {
  const metadata = new Map<string, JsonObject>();
  for (const { namespace, value, allowsOverwrite } of entries) {
    const old = metadata.get(namespace);
    if (old === undefined) metadata.set(namespace, value as JsonObject);
    else if (allowsOverwrite) metadata.set(namespace, updatedStruct(old, value as JsonObject));
  }
  return Object.fromEntries(metadata);
}

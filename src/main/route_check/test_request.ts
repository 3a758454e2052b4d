/**
 * A test's request, as the router would see it: heads, metadata, runtime and chance, made of plain values. There is no
 * TLS on its connection, whatever `ssl` says: that only sets the scheme and `x-forwarded-proto`, as in Envoy's tool.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import { ByteBlock } from "../../base/byte_block.ts";
import type { FilterMetadata, JsonObject } from "../../config/metadata_config.ts";
import type { MetadataEntryConfig, RouteTestInputConfig } from "../../config/route_check_config.ts";
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
  const head = new RequestHead(), { headers } = head, method = latin1Bytes(input.method);
  head.begin(new ByteBlock(method));
  head.methodId = methodOf(method, 0, method.length);
  head.methodEnd = method.length;
  head.path = input.path;
  head.scheme = input.isSsl ? "https" : "http";
  headers.add(HeaderId.host, input.authority);
  headers.add(HeaderId.xForwardedProto, head.scheme);
  if (input.isInternal) headers.add(HeaderId.xEnvoyInternal, "true");
  for (const { name, value } of input.requestHeaders) {
    const old = SINGLE_LINE_REQUEST_HEADERS.has(name) ? headers.getName(name) : null;
    if (old === null) headers.addName(name, value);
    else headers.setName(name, `${old},${value}`);
  }
  return head;
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

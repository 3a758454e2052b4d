/** Attributes of streams, as expressions read them and logs have them. */
import assert from "node:assert/strict";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, connectionFacts, hostFacts, streamView } from "../../../test/support/stream_views.ts";
import { tlsFacts } from "../../../test/support/tls_facts.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { loadCel } from "../../base/cel/cel.ts";
import type { JsonValue } from "../../config/metadata_config.ts";
import { NO_NODE, type NodeIdentity } from "../../config/snapshot.ts";
import { HeaderList } from "../../http/header_list.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { SILENT_LISTENER, UpstreamConnectionFacts } from "../connection_facts.ts";
import type { StreamView } from "../stream_view.ts";
import { StreamExpression } from "./stream_expression.ts";

await loadCel();

const NODE: NodeIdentity = { ...NO_NODE, id: "n-1", cluster: "c-1", zone: "z", metadata: { a: { b: "x" } } };

function text(source: string, view: StreamView): string | null {
  const writer = new ByteWriter();
  const isThere = new StreamExpression(source, [], NODE).write(writer, view);
  assert.equal(isThere || writer.length === 0, true);
  return isThere ? new TextDecoder().decode(writer.bytes.subarray(0, writer.length)) : null;
}

/** Each expression is to be this text of the view; null = an error. */
function assertTexts(view: StreamView, expected: Readonly<Record<string, string | null>>): void {
  for (const [source, wanted] of Object.entries(expected)) assert.equal(text(source, view), wanted, source);
}

function assertJson(view: StreamView, expected: Readonly<Record<string, JsonValue | undefined>>): void {
  for (const [source, wanted] of Object.entries(expected)) {
    assert.deepEqual(new StreamExpression(source, [], NODE).json(view), wanted, source);
  }
}

function response(fields: readonly (readonly [string, string])[], status = 200): ResponseHead {
  const head = new ResponseHead();
  head.beginLocal(status);
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

Deno.test("request.* is read off the head and the stream's facts", () => {
  const request = requestHead("GET", "/a/b?x=1&y", {
    "host": "a.test:80",
    "x-a": "one",
    "X-A": "two",
    "referer": "r",
    "user-agent": "\xc3\xa4",
    "x-request-id": "id",
  });
  request.scheme = "https";
  const facts = beganFacts({ bytesReceived: 5, endMs: 1012.25 });
  assertTexts(streamView({ request, facts }), {
    "request.path": "/a/b?x=1&y",
    "request.url_path": "/a/b",
    "request.query": "x=1&y",
    "request.host": "a.test:80",
    "request.scheme": "https",
    "request.method": "GET",
    "request.referer": "r",
    "request.useragent": "ä",
    "request.id": "id",
    "request.protocol": "HTTP/1.1",
    "request.time": "2026-05-04T03:02:01.007+00:00",
    "request.duration": "11.5ms",
    "request.size": "5",
    "request.headers['x-none']": null,
    "request.headers['USER-AGENT']": "ä",
    "request.headers.host == request.headers[':authority']": "true",
    "request.headers[':method'] + ''": null,
    "request.headers[':path']": "/a/b?x=1&y",
    "request.headers[':nope']": null,
    "request.nope": null,
    "request": "CelMap value",
  });
  request.contentLength = 12;
  assert.equal(text("request.size", streamView({ request, facts })), "12");
  assert.equal(text("request.query", streamView({ request: requestHead("GET", "/a") })), "");
});

Deno.test("what has not come or not happened is an error", () => {
  assertTexts(streamView({ facts: beganFacts({ protocol: 0 }) }), {
    "request.path": null,
    "request.method": null,
    "request.protocol": null,
    "request.duration": null,
    "request.headers.host": null,
    "request.headers": "CelMap value",
    "request.total_size": "0",
    "response.code": null,
    "response.code_details": null,
    "response.grpc_status": null,
    "response.backend_latency": null,
    "response.flags": "0",
    "response.size": "0",
    "upstream.address": null,
    "upstream.port": null,
    "upstream.local_address": null,
    "upstream.transport_failure_reason": null,
    "upstream.cx_pool_ready_duration": null,
    "upstream.locality": null,
    "upstream_filter_state": null,
    "xds.cluster_name": null,
    "xds.route_name": null,
    "xds.virtual_host_name": null,
    "xds.upstream_host_metadata": null,
    "connection.termination_details": null,
    "connection.transport_failure_reason": null,
  });
});

Deno.test("response.* is read off head, trailers and facts", () => {
  const responseTrailers = new HeaderList();
  responseTrailers.addName("grpc-status", "5");
  const facts = beganFacts({
    responseCode: 503,
    details: "no healthy upstream",
    bytesSent: 7,
    flags: ["UH", "NR"],
    upstreamRequestStartMs: 1001,
    upstreamResponseEndMs: 1003.5,
  });
  const view = streamView({ response: response([["x-a", "1"], ["x-a", "2"]], 503), responseTrailers, facts });
  assertTexts(view, {
    "response.code": "503",
    "response.code_details": "no healthy upstream",
    "response.flags": String(2 | 256),
    "response.grpc_status": "5",
    "response.size": "7",
    "response.total_size": String(7 + 10 + 8 + 12),
    "response.backend_latency": "2.5ms",
    "response.headers['x-a']": "1,2",
    "response.headers[':status']": "503",
    "response.trailers['grpc-status']": "5",
  });
  assertJson(view, {
    "response.headers": { ":status": "503", "x-a": "1,2" },
    "response.trailers": { "grpc-status": "5" },
    "response.backend_latency": "0.002500s",
    "response.code": 503,
    "response": undefined,
  });
});

Deno.test("source, destination and connection are the downstream side", () => {
  const connection = connectionFacts({ requestedServerName: "sni", terminationDetails: "td", transportFailure: "tf" });
  const facts = beganFacts({ downstreamAddress: "203.0.113.9" });
  assertTexts(streamView({ connection, facts }), {
    "source.address": "203.0.113.9:0",
    "source.port": "0",
    "destination.address": "127.0.0.1:10000",
    "destination.port": "10000",
    "connection.id": "7",
    "connection.mtls": "false",
    "connection.requested_server_name": "sni",
    "connection.termination_details": "td",
    "connection.transport_failure_reason": "tf",
    "connection.tls_version": null,
    "connection.subject_local_certificate": null,
  });
  assert.equal(text("source.address", streamView()), "10.1.2.3:4567");
  const local = { kind: "pipe", path: "/run/x" } as const;
  const onPipe = streamView({ connection: connectionFacts({ local }) });
  assertTexts(onPipe, { "destination.address": "/run/x", "destination.port": null });
  const remote = { kind: "ip", host: "2001:db8::1", port: 80 } as const;
  assert.equal(
    text("source.address", streamView({ connection: connectionFacts({ peer: remote }) })),
    "[2001:db8::1]:80",
  );
});

Deno.test("TLS is told of both sides, of several names the first", () => {
  const host = hostFacts("10.0.0.7:443");
  const remote = { kind: "ip", host: "10.0.0.7", port: 443 } as const;
  const upstreamConnection = new UpstreamConnectionFacts(1, host, remote, null, 11, 0, 1);
  upstreamConnection.tls = tlsFacts("up");
  const view = streamView({
    facts: beganFacts({ upstreamConnection }),
    connection: connectionFacts({ tls: tlsFacts("down") }),
  });
  assertTexts(view, {
    "connection.mtls": "true",
    "connection.tls_version": "TLSv1.3",
    "connection.subject_peer_certificate": "CN=down-peer,O=x",
    "connection.subject_local_certificate": "CN=down-local,O=x",
    "connection.uri_san_peer_certificate": "spiffe://down/peer",
    "connection.dns_san_local_certificate": "down.local.test",
    "connection.sha256_peer_certificate_digest": "sha256",
    "upstream.tls_version": "TLSv1.3",
    "upstream.uri_san_local_certificate": "spiffe://up/local",
    "upstream.dns_san_peer_certificate": "up.peer.test",
  });
  const silent = { ...tlsFacts("down"), peer: null, local: null };
  assertTexts(streamView({ connection: connectionFacts({ tls: silent }) }), {
    "connection.mtls": "false",
    "connection.subject_peer_certificate": "",
    "connection.subject_local_certificate": "",
    "connection.sha256_peer_certificate_digest": "",
    "connection.uri_san_peer_certificate": null,
    "connection.dns_san_local_certificate": null,
  });
});

Deno.test("upstream.* is the last try", () => {
  const host = hostFacts("10.0.0.7:8080", {
    metadata: { ns: { k: "v" } },
    locality: { region: "eu", zone: "", subZone: "s", metadata: {} },
  });
  const local = { kind: "ip", host: "10.0.0.1", port: 4000 } as const;
  const facts = beganFacts();
  facts.beginAttempt(host);
  facts.beginAttempt(host);
  facts.poolWaitMs = 0.25;
  facts.upstreamTransportFailure = "reason";
  facts.upstreamConnection = new UpstreamConnectionFacts(1, host, local, local, 11, 0, 1);
  const view = streamView({ facts });
  assertTexts(view, {
    "upstream.address": "10.0.0.7:8080",
    "upstream.port": "8080",
    "upstream.local_address": "10.0.0.1:4000",
    "upstream.transport_failure_reason": "reason",
    "upstream.request_attempt_count": "2",
    "upstream.request_attempt_count + 1u": "3",
    "upstream.cx_pool_ready_duration": "250us",
    "upstream.locality": 'region: "eu" sub_zone: "s" ',
    "upstream.locality.zone": "",
    "upstream.locality.region": "eu",
    "upstream_filter_state": "CelMap value",
    "xds.upstream_host_metadata.filter_metadata.ns.k": "v",
    "xds.upstream_host_locality_metadata": "NULL",
  });
  assertJson(view, {
    "upstream.locality": { region: "eu", sub_zone: "s" },
    "xds.upstream_host_metadata": { filter_metadata: { ns: { k: "v" } } },
    "xds.upstream_host_locality_metadata": null,
  });
  const pipe = beganFacts();
  pipe.beginAttempt(hostFacts("/run/origin.sock"));
  assertTexts(streamView({ facts: pipe }), { "upstream.address": "/run/origin.sock", "upstream.port": null });
});

Deno.test("xds.* is what the configuration says", () => {
  const listener = {
    ...SILENT_LISTENER,
    filterChainName: "chain",
    trafficDirection: "INBOUND",
    metadata: { ns: { n: 1.5, list: ["a", null, true, {}], deep: { quoted: 'a"b\\ä\n' } } },
  } as const;
  const facts = beganFacts({
    cluster: { name: "c", observabilityName: "shown", metadata: {} },
    route: { name: "r", metadata: { ns: { k: "v" } }, virtualHost: "vh", virtualHostMetadata: {} },
  });
  const view = streamView({ facts, connection: connectionFacts({ listener }) });
  assertTexts(view, {
    "xds.cluster_name": "c",
    "xds.cluster_metadata": "",
    "xds.cluster_metadata.filter_metadata": "CelMap value",
    "xds.route_name": "r",
    "xds.route_metadata.filter_metadata.ns.k": "v",
    "xds.virtual_host_name": "vh",
    "xds.filter_chain_name": "chain",
    "xds.listener_direction": "1",
    "xds.listener_metadata.filter_metadata.ns.n": "1.5",
    "xds.listener_metadata.filter_metadata.nope": null,
    "xds.listener_metadata":
      'filter_metadata { key: "ns" value { fields { key: "deep" value { struct_value { fields { key: "quoted" value { ' +
      'string_value: "a\\"b\\\\\\303\\244\\n" } } } } } fields { key: "list" value { list_value { values { ' +
      'string_value: "a" } values { null_value: NULL_VALUE } values { bool_value: true } values { struct_value { } } } } } ' +
      'fields { key: "n" value { number_value: 1.5 } } } } ',
    "xds.node.id": "n-1",
    "xds.node.metadata.a.b": "x",
    "xds.node.locality.zone": "z",
    "xds.node.nope": null,
    "xds.node":
      'id: "n-1" cluster: "c-1" metadata { fields { key: "a" value { struct_value { fields { key: "b" value { ' +
      'string_value: "x" } } } } } } locality { zone: "z" } user_agent_name: "envoy" ',
  });
  assertJson(view, {
    "xds.cluster_metadata": {},
    "xds.node.locality": { zone: "z" },
    "xds.listener_metadata.filter_metadata.ns.list": ["a", null, true, {}],
  });
  const routeless = beganFacts({ routelessHost: { name: "none", metadata: { ns: { k: "v" } } } });
  assertTexts(streamView({ facts: routeless }), {
    "xds.virtual_host_name": "none",
    "xds.virtual_host_metadata.filter_metadata.ns.k": "v",
    "xds.route_name": null,
  });
});

Deno.test("metadata and filter state are what filters left", () => {
  const object = (plain: string | null) => ({ text: plain, json: undefined, field: () => null });
  const facts = beganFacts({
    dynamicMetadata: { ns: { k: "v", n: 2 } },
    filterState: new Map([["key", object("value")], ["mute", object(null)]]),
  });
  const view = streamView({ facts });
  assertTexts(view, {
    "metadata.filter_metadata.ns.k": "v",
    "metadata.filter_metadata['ns'].n": "2",
    "has(metadata.filter_metadata.nope)": "false",
    "metadata":
      'filter_metadata { key: "ns" value { fields { key: "k" value { string_value: "v" } } fields { key: "n" value { number_value: 2 } } } } ',
    "filter_state.key": "value",
    "filter_state['mute']": null,
    "filter_state.nope": null,
    "upstream_filter_state.key": null,
  });
  assertJson(view, { "metadata": { filter_metadata: { ns: { k: "v", n: 2 } } }, "filter_state.key": "dmFsdWU=" });
  assertTexts(streamView(), { "metadata": "", "filter_state.key": null });
});

Deno.test("values are written as Envoy writes them, as text and with their types", () => {
  const view = streamView();
  assertTexts(view, {
    "duration('0s')": "0",
    "duration('1ns')": "1ns",
    "duration('1234567ns')": "1.234567ms",
    "duration('-1.5s')": "-1.5s",
    "duration('1h30m')": "1h30m",
    "duration('3601s')": "1h1s",
    "timestamp('2024-01-02T03:04:05.12Z')": "2024-01-02T03:04:05.12+00:00",
    "timestamp('2024-01-02T03:04:05Z')": "2024-01-02T03:04:05+00:00",
    "[1]": "CelList value",
    "{1: 2}": "CelMap value",
    "type(1)": "CelType value",
    "null": "NULL",
    "1.0 / 0.0": "inf",
  });
  assertJson(view, {
    "18446744073709551615u": 18446744073709551615,
    "[1u, 2.5, 'x', null, [true]]": [1, 2.5, "x", null, [true]],
    "{'b': 1, 'a': {2: 'x'}, 'c': {3u: 4}}": { a: { "2": "x" }, b: 1, c: { "3": 4 } },
    "{true: 1}": undefined,
    "[{true: 1}]": undefined,
    "type(1)": undefined,
    "double('nan')": undefined,
    "b'abc'": "YWJj",
    "duration('1.5s')": "1.500s",
    "duration('-1ns')": "-0.000000001s",
    "duration('15us')": "0.000015s",
    "timestamp('2024-01-02T03:04:05.120Z')": "2024-01-02T03:04:05.120Z",
    "nope": undefined,
  });
});

Deno.test("an expression is asked about one stream after the other", () => {
  const expression = new StreamExpression("response.code == 200", [], NODE);
  assert.equal(expression.isTrue(streamView({ facts: beganFacts({ responseCode: 200 }) })), true);
  assert.equal(expression.isTrue(streamView({ facts: beganFacts({ responseCode: 404 }) })), false);
  assert.equal(expression.isTrue(streamView()), false);
});

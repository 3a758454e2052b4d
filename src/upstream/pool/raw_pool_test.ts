/** Connections of tunnels that end here, on the memory data path: who gets one, and what is said first. */
import assert from "node:assert/strict";
import { DEFAULT_CIRCUIT_BREAKERS } from "../../config/schema/circuit_breakers.ts";
import { assertClean } from "../../../test/support/data_path.ts";
import { begin, CONNECT, ENDING, route, routes, TunnelPath } from "../../../test/support/tunnel_path.ts";

// ---- the raw pool

Deno.test("a raw connection that nobody took is kept for the next, unless its peer speaks first", () => {
  for (const banner of ["", "220 ready\r\n"]) {
    const path = new TunnelPath(ENDING, { routerFields: ["reject_connect_request_early_data: true"] });
    const hasty = path.connect();
    hasty.send(`${CONNECT}early`);
    path.deliver();
    assert.equal(path.origins.length, 1);
    if (banner !== "") path.origin.send(banner);
    path.deliver();
    begin(path, CONNECT, "");
    assert.equal(path.origins.length, banner === "" ? 1 : 2);
    assertClean(path);
  }
});

Deno.test("a peer that speaks first is heard", () => {
  const path = new TunnelPath(ENDING);
  const client = path.connect();
  client.send(CONNECT);
  path.deliver();
  path.origin.send("220 ready\r\n");
  path.deliver();
  assert.match(client.take(), /\r\n\r\n220 ready\r\n$/);
  assertClean(path);
});

Deno.test("tunnels that end here count in the cluster's limits: the second waits, the third fails", () => {
  const limits = {
    ...DEFAULT_CIRCUIT_BREAKERS.default,
    maxConnections: 1,
    maxPendingRequests: 1,
    maxRequests: 1,
    maxRetries: 3,
    retryBudget: null,
  };
  const path = new TunnelPath(ENDING, { cluster: { circuitBreakers: { default: limits, high: limits } } });
  const clients = [path.connect(), path.connect(), path.connect()];
  for (const client of clients) {
    client.send(CONNECT);
    path.deliver();
  }
  assert.match(clients[0]!.take(), /^HTTP\/1\.1 200 /);
  assert.equal(clients[1]!.take(), "");
  assert.match(clients[2]!.take(), /^HTTP\/1\.1 503 [^]*x-envoy-overloaded: true[^]*reset reason: overflow$/);
  assert.equal(path.counter("cluster.web.upstream_cx_overflow"), 1);
  assert.equal(path.counter("cluster.web.upstream_rq_pending_overflow"), 1);
  clients[0]!.close("abort");
  path.deliver();
  assert.match(clients[1]!.take(), /^HTTP\/1\.1 200 /);
  assertClean(path);
});

Deno.test("a host is told who the client is before the first byte, if the route says so", () => {
  const headers = {
    V1: (port: number) => `PROXY TCP4 127.0.0.1 127.0.0.1 ${port} 10000\r\n`,
    V2: (port: number) =>
      "\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01" +
      String.fromCharCode(port >> 8, port & 255, 10000 >> 8, 10000 & 255),
  };
  for (const [version, header] of Object.entries(headers)) {
    const config = `CONNECT, connect_config: { proxy_protocol_config: { version: ${version} } }`;
    const path = new TunnelPath(routes(route("connect_matcher: {}", config)));
    const client = path.connect();
    const { localAddress } = client.connection;
    client.send(`${CONNECT}early`);
    path.deliver();
    assert.equal(path.origin.take(), `${header(localAddress.kind === "ip" ? localAddress.port : 0)}early`);
    assertClean(path);
  }
});

/** Where the proxy listens and connects: several listeners, more addresses, unix sockets, ports the kernel picks. */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startProxy } from "../support/proxy.ts";
import { answering, askRaw, type RawMessage, startRawOrigin } from "../support/raw_h1.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
const ANY_PORT = "{ socket_address: { address: 127.0.0.1, port_value: 0 } }";

Deno.test("several listeners serve, each on its own port", async () => {
  const config = bootstrap({
    routes: [directRoute("/", "hi")],
    moreListeners: { second: [`address: ${ANY_PORT}`], third: [`address: ${ANY_PORT}`] },
  });
  await using proxy = await startProxy({ config, concurrency: 2 });
  const urls = ["web", "second", "third"].map((name) => proxy.listenerUrl(name));
  assert.equal(new Set(urls).size, 3);
  for (const url of urls) {
    assert.notEqual(new URL(url).port, "0");
    assert.equal((await askRaw(url, GET)).body, "hi");
  }
  for (const name of ["web", "second", "third"]) {
    await proxy.until(`${name} has counted`, async () => await proxy.stat(`http.${name}.downstream_rq_2xx`) === 1);
  }
});

Deno.test("a listener may have more addresses", async () => {
  const config = bootstrap({
    routes: [directRoute("/", "hi")],
    listenerFields: [`additional_addresses: [{ address: ${ANY_PORT} }, { address: ${ANY_PORT} }]`],
  });
  await using proxy = await startProxy({ config });
  const addresses = proxy.listenerAddresses("web");
  assert.equal(new Set(addresses).size, 3);
  for (const address of addresses) assert.equal((await askRaw(address, GET)).body, "hi");
});

Deno.test("a listener may be on IPv6", async () => {
  const config = bootstrap({
    address: `{ socket_address: { address: "::1", port_value: 0 } }`,
    routes: [directRoute("/", "hi")],
  });
  await using proxy = await startProxy({ config });
  const url = proxy.listenerUrl("web");
  assert.match(url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal((await askRaw(url, GET)).body, "hi");
});

Deno.test("listener and origin may be unix sockets", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-unix-" });
  try {
    const requests: RawMessage[] = [];
    const answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nunix";
    await using _origin = startRawOrigin(answering(answer, requests), `${folder}/origin.sock`);
    const config = bootstrap({
      address: `{ pipe: { path: "${folder}/web.sock", mode: 0600 } }`,
      managerFields: ["use_remote_address: true"],
      routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
      moreClusters: [
        "{ name: origin, type: STATIC, load_assignment: { cluster_name: origin, endpoints: [{ lb_endpoints: [" +
        `{ endpoint: { address: { pipe: { path: "${folder}/origin.sock" } } } }] }] } }`,
      ],
    }).replace("mode: 0600", "mode: 384");
    await using _proxy = await startProxy({ config, concurrency: 2 });
    assert.equal((await Deno.stat(`${folder}/web.sock`)).mode! & 0o777, 0o600);
    const response = await askRaw(`${folder}/web.sock`, GET);
    assert.equal(response.body, "unix");
    assert.equal(requests[0]!.header("x-forwarded-proto"), "http");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an address in use is an error that names it", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const address = `{ socket_address: { address: 127.0.0.1, port_value: ${taken.addr.port} } }`;
    const config = bootstrap({ address, routes: [directRoute("/", "hi")] });
    await assert.rejects(
      async () => void await (await startProxy({ config })).kill(),
      (error: Error) => error.message.includes(`127.0.0.1:${taken.addr.port}`),
    );
  } finally {
    taken.close();
  }
});

Deno.test("requests go round the hosts of a cluster, by their weights", async () => {
  const origins = ["a", "b", "c"].map((name) =>
    startRawOrigin(answering(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${name}`))
  );
  try {
    const [a, b, c] = origins.map(({ port }) => port);
    const host = (port: number, weight: number) =>
      `{ load_balancing_weight: ${weight}, endpoint: { address: { socket_address: ` +
      `{ address: 127.0.0.1, port_value: ${port} } } } }`;
    const config = bootstrap({
      routes: [
        "{ match: { prefix: /weighted }, route: { cluster: weighted } }",
        "{ match: { prefix: / }, route: { cluster: even } }",
      ],
      clusters: { even: [a!, b!, c!] },
      moreClusters: [
        "{ name: weighted, type: STATIC, load_assignment: { cluster_name: weighted, endpoints: [{ lb_endpoints: [" +
        `${host(a!, 2)}, ${host(b!, 1)}] }] } }`,
      ],
    });
    await using proxy = await startProxy({ config });
    const ask = async (path: string) =>
      (await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`)).body;
    let even = "", weighted = "";
    for (let i = 0; i < 9; i++) {
      even += await ask("/");
      weighted += await ask("/weighted");
    }
    assert.ok("abcabcabcabc".includes(even), even);
    assert.equal(weighted.replaceAll("b", "").length, 6, weighted);
  } finally {
    for (const origin of origins) await origin[Symbol.asyncDispose]();
  }
});

/** Mirrored requests on the memory data path: what the copy is, and that nothing of it reaches the request. */
import assert from "node:assert/strict";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";

const MIRROR_PORT = 8081;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const GET = "GET /x HTTP/1.1\r\nhost: a.test:80\r\n\r\n";
const POST = "POST /x HTTP/1.1\r\nhost: a.test\r\ncontent-length: 4\r\n\r\nbody";

class Run {
  readonly path: DataPath;
  readonly client: Peer;

  constructor(policies = "{ cluster: copy }", options: DataPathOptions = {}) {
    this.path = new DataPath({
      hcm: { generateRequestId: false },
      otherClusters: { copy: MIRROR_PORT },
      routes: `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: ` +
        `{ cluster: web, timeout: 1s, request_mirror_policies: [${policies}] } }] }] }`,
      ...options,
    });
    this.client = this.path.connect();
  }

  /** Connections that reached the mirror. */
  get copies(): readonly Peer[] {
    return this.path.peersOf.get("copy")!;
  }

  get copy(): Peer {
    return this.copies.at(-1)!;
  }

  send(...texts: string[]): void {
    for (const text of texts) {
      this.client.send(text);
      this.path.deliver();
    }
  }

  answer(peer: Peer, text = OK): void {
    peer.send(text);
    this.path.deliver();
  }

  ofCopy(name: string): number {
    return this.path.counter(`cluster.copy.${name}`);
  }
}

for (const pieceBytes of [Infinity, 1]) {
  const feeding = pieceBytes === 1 ? ", byte by byte" : "";

  Deno.test(`a copy goes to the mirror, and its answer nowhere${feeding}`, () => {
    const test = new Run(undefined, { pieceBytes });
    test.send(GET);
    assert.match(test.path.origin.take(), /^GET \/x HTTP\/1\.1\r\nhost: a\.test:80\r\n/);
    const copy = test.copy.take();
    assert.match(copy, /^GET \/x HTTP\/1\.1\r\n/);
    assert.match(copy, /\r\nhost: a\.test-shadow:80\r\n/);
    assert.match(copy, /\r\nx-envoy-internal: true\r\n/);
    assert.match(copy, /\r\nx-forwarded-for: 192\.0\.2\.9\r\n/);
    test.answer(test.copy, "HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\nnot");
    assert.equal(test.client.take(), "");
    test.answer(test.path.origin);
    assert.match(test.client.take(), /^HTTP\/1\.1 200 OK[^]*ok$/);
    for (const scope of ["", "internal."]) {
      assert.equal(test.ofCopy(`${scope}upstream_rq_404`), 1);
      assert.equal(test.ofCopy(`${scope}upstream_rq_4xx`), 1);
      assert.equal(test.ofCopy(`${scope}upstream_rq_completed`), 1);
    }
    assert.equal(test.path.counter("http.async-client.rq_total"), 1);
    assert.equal(test.path.counter("cluster.web.upstream_rq_404"), 0);
    assert.equal(test.path.counter("cluster.web.upstream_rq_200"), 1);
    assertClean(test.path);
  });

  Deno.test(`body and trailers go along as they come${feeding}`, () => {
    const test = new Run(undefined, { pieceBytes, hcm: { generateRequestId: false } });
    test.send("POST /x HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n2\r\nbo\r\n");
    assert.match(test.copy.take(), /\r\n\r\n(2\r\nbo|1\r\nb\r\n1\r\no)\r\n$/);
    test.send("2\r\ndy\r\n0\r\nt: 1\r\n\r\n");
    assert.match(test.copy.take(), /^(2\r\ndy|1\r\nd\r\n1\r\ny)\r\n0\r\n\r\n$/);
    test.answer(test.path.origin);
    test.answer(test.copy);
    assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
    assert.equal(test.ofCopy("upstream_rq_200"), 1);
    assertClean(test.path);
  });
}

Deno.test("a copy outlives its request, and a connection to the mirror is used again", () => {
  const test = new Run();
  test.send(POST);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  test.answer(test.copy);
  assert.equal(test.ofCopy("upstream_rq_200"), 1);
  test.send(GET);
  assert.equal(test.copies.length, 1);
  test.answer(test.copy);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  assertClean(test.path);
});

Deno.test("a mirror where nobody listens changes nothing", () => {
  const test = new Run("{ cluster: dead }", { otherClusters: { copy: MIRROR_PORT, dead: 8082 } });
  test.path.network.silence({ kind: "ip", host: "127.0.0.1", port: 8082 }, true);
  test.send(POST);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  assert.equal(test.path.gauge("cluster.dead.upstream_rq_pending_active"), 1);
  test.path.advance(1_100);
  assert.equal(test.path.counter("cluster.dead.upstream_rq_timeout"), 1);
  assert.equal(test.path.counter("cluster.dead.internal.upstream_rq_504"), 1);
  // The attempt to connect is the pool's, and has its own time.
  test.path.advance(4_000);
  assertClean(test.path);
});

Deno.test("a mirror that does not answer is given up after the route's timeout, and only that", () => {
  const test = new Run();
  test.send(GET);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  test.path.advance(1_100);
  assert.equal(test.ofCopy("upstream_rq_timeout"), 1);
  assert.equal(test.ofCopy("upstream_rq_504"), 1);
  assert.equal(test.path.counter("cluster.web.upstream_rq_timeout"), 0);
  assertClean(test.path);
});

Deno.test("a mirror that is slow to take the body is given up past the limit, and the request goes on", () => {
  const limit = 200_000;
  const test = new Run(undefined, { listener: { perConnectionBufferLimitBytes: limit }, windowBytes: 4096 });
  const body = "x".repeat(1 << 20);
  test.send(`POST /x HTTP/1.1\r\nhost: a.test\r\ncontent-length: ${4 * body.length}\r\n\r\n`);
  test.copy.pause(true);
  test.send(body, body, body, body);
  assert.ok(test.path.origin.take().endsWith(body));
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  assert.notEqual(test.copy.closed ?? test.copy.hasEnded, null);
  assert.equal(test.ofCopy("upstream_rq_completed"), 0);
  assertClean(test.path);
});

Deno.test("a copy of a request that breaks off is given up", () => {
  const test = new Run();
  test.send(POST.slice(0, -1));
  test.client.close("abort");
  test.path.deliver();
  assert.equal(test.path.gauge("cluster.copy.upstream_rq_active"), 0);
  assertClean(test.path);
});

Deno.test("an answer of the mirror before the copy is complete ends the copy alone", () => {
  const test = new Run();
  test.send(POST.slice(0, -1));
  test.answer(test.copy);
  assert.equal(test.ofCopy("upstream_rq_200"), 1);
  test.send("y");
  assert.match(test.path.origin.take(), /\r\n\r\nbody$/);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  assertClean(test.path);
});

Deno.test("a mirror that closes without an answer is counted as failed, and nobody else", () => {
  const test = new Run();
  test.send(GET);
  test.copy.close();
  test.path.deliver();
  assert.equal(test.ofCopy("internal.upstream_rq_503"), 1);
  test.answer(test.path.origin);
  assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
  assertClean(test.path);
});

Deno.test("a cluster that does not exist is skipped, and so is a header that is not there", () => {
  for (const policy of ["{ cluster: nobody }", "{ cluster_header: x-none }"]) {
    const test = new Run(policy);
    test.send(GET);
    test.answer(test.path.origin);
    assert.match(test.client.take(), /^HTTP\/1\.1 200 OK/);
    assert.equal(test.copies.length, 0);
    assert.equal(test.path.counter("http.async-client.rq_total"), 0);
    assertClean(test.path);
  }
});

Deno.test("a request whose cluster is dead is copied all the same", () => {
  const test = new Run();
  test.path.stopOrigin();
  test.send(POST);
  assert.match(test.client.take(), /^HTTP\/1\.1 503 /);
  assert.match(test.copy.take(), /\r\n\r\nbody$/);
  test.answer(test.copy);
  assertClean(test.path);
});

Deno.test("the host of a copy is marked before its port, unless told otherwise", () => {
  const hostOf = (policy: string, host: string) => {
    const test = new Run(`{ cluster: copy${policy} }`);
    test.send(GET.replace("a.test:80", host));
    const shown = /\r\nhost: (.*)\r\n/.exec(test.copy.take())?.[1];
    assertClean(test.path);
    return shown;
  };
  assert.equal(hostOf("", "a.test"), "a.test-shadow");
  assert.equal(hostOf("", "a.test:80"), "a.test-shadow:80");
  assert.equal(hostOf("", "[::1]"), "[::1]-shadow");
  assert.equal(hostOf("", "[::1]:80"), "[::1]-shadow:80");
  assert.equal(hostOf(", disable_shadow_host_suffix_append: true", "a.test"), "a.test");
  assert.equal(hostOf(", host_rewrite_literal: b.test", "a.test"), "b.test");
});

Deno.test("the innermost list of policies that is not empty counts, and a cluster's before all", () => {
  const list = (name: string) => `request_mirror_policies: [{ cluster: ${name} }]`;
  const mirrorOf = (route: string, host: string, config: string, cluster: string) => {
    const test = new Run(undefined, {
      otherClusters: { copy: MIRROR_PORT, route: 8082, host: 8083, config: 8084, cluster: 8085 },
      clusterFields: cluster === "" ? [] : [
        "typed_extension_protocol_options:",
        "  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:",
        `    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions`,
        "    explicit_http_config: { http_protocol_options: {} }",
        `    ${cluster}`,
      ],
      routes: `{ ${config}virtual_hosts: [{ name: all, domains: ["*"], ${host}routes: [{ match: { prefix: / }, ` +
        `route: { ${route}cluster: web } }] }] }`,
    });
    test.send(GET);
    const asked = [...test.path.peersOf].filter(([, peers]) => peers.length > 0).map(([name]) => name);
    assertClean(test.path);
    return asked.join(" ");
  };
  assert.equal(mirrorOf("", "", "", ""), "");
  assert.equal(mirrorOf("", "", `${list("config")}, `, ""), "config");
  assert.equal(mirrorOf("", `${list("host")}, `, `${list("config")}, `, ""), "host");
  assert.equal(mirrorOf(`${list("route")}, `, `${list("host")}, `, `${list("config")}, `, ""), "route");
  assert.equal(mirrorOf("request_mirror_policies: [], ", `${list("host")}, `, "", ""), "host");
  assert.equal(mirrorOf(`${list("route")}, `, "", "", list("cluster")), "cluster");
});

Deno.test("the fields of a copy are changed in order, before it says whose it is, and those of the request stay", () => {
  const steps = [
    "{ append: { header: { key: x-seen, value: '%REQ(:AUTHORITY)% %REQ(x-a)% <%REQ(x-envoy-internal)%>' } } }",
    "{ remove: x-a }",
    "{ append: { header: { key: x-left, value: '<%REQ(x-a)%>' } } }",
    "{ append: { header: { key: x-forwarded-for, value: 10.0.0.1 } } }",
  ];
  const test = new Run(`{ cluster: copy, request_headers_mutations: [${steps}] }, { cluster: copy }`);
  test.send(GET.replace("\r\n\r\n", "\r\nx-a: 1\r\n\r\n"));
  const [changed, plain] = test.copies.map((copy) => copy.take());
  assert.match(changed!, /\r\nx-seen: a\.test:80 1 <>\r\n/);
  assert.match(changed!, /\r\nx-left: <>\r\n/);
  assert.match(changed!, /\r\nx-forwarded-for: 10\.0\.0\.1,192\.0\.2\.9\r\n/);
  assert.doesNotMatch(changed!, /\r\nx-a: /);
  for (const untouched of [plain!, test.path.origin.take()]) {
    assert.match(untouched, /\r\nx-a: 1\r\n/);
    assert.doesNotMatch(untouched, /\r\nx-(seen|left): |10\.0\.0\.1/);
  }
  assertClean(test.path);
});

/** What balancers are told of a request; requests that are balanced by their hash, on the memory data path (spec/http.md 2.14, spec/upstream.md 7.10). */
import assert from "node:assert/strict";
import { DataPath } from "../../../test/support/data_path.ts";
import {
  answer,
  BACK_OFF_MS,
  finish,
  OK,
  pathWith,
  type RetrySettings,
  statusOf,
} from "../../../test/support/retry_path.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import { MetadataCriteria } from "../../match/metadata_criteria.ts";
import { PreviousPriorities } from "../../upstream/host_set/previous_priorities.ts";
import { RequestPick } from "./request_pick.ts";

/** Hosts by the key that rings and tables know them by. */
const PORTS = { "key-0": 8080, "key-1": 8081, "key-2": 8082 } as const;
type Key = keyof typeof PORTS;

/** A path to a cluster of these hosts with this policy. */
function pathTo(clusterField: string, settings: RetrySettings): DataPath {
  const [plain] = new DataPath({}).cluster.config.assignment.endpoints;
  const endpoints = Object.entries(PORTS).map(([key, port]): EndpointConfig => ({
    ...plain!,
    address: { ...plain!.address, kind: "ip", host: "127.0.0.1", port },
    metadata: { "envoy.lb": { hash_key: key } },
  }));
  return pathWith({
    ...settings,
    clusterFields: [clusterField],
    cluster: { assignment: { endpoints, policy: DEFAULT_ASSIGNMENT_POLICY } },
    otherClusters: { "key-1": PORTS["key-1"], "key-2": PORTS["key-2"] },
  });
}

function get(fields: string): string {
  return `GET /a HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`;
}

/** Answers the request that is under way; returns which host had it, and what that was sent. */
function serve(path: DataPath, text: string): { readonly key: Key; readonly request: string } {
  const peers = { "key-0": path.origins, "key-1": path.peersOf.get("key-1")!, "key-2": path.peersOf.get("key-2")! };
  const asked = (Object.keys(peers) as Key[]).flatMap((key) =>
    peers[key].filter(({ received }) => received !== "").map((peer) => ({ key, peer }))
  );
  assert.equal(asked.length, 1);
  const { key, peer } = asked[0]!;
  const request = peer.take();
  peer.send(text);
  path.deliver();
  path.advance(BACK_OFF_MS);
  return { key, request };
}

/** Where requests with these fields go, one after the other on one connection. */
function hostsOf(path: DataPath, fields: readonly string[]): Key[] {
  const client = path.connect();
  const keys = fields.map((field) => {
    client.send(get(field));
    path.deliver();
    return serve(path, OK).key;
  });
  finish(path);
  return keys;
}

const BY_HEADER = "hash_policy: [{ header: { header_name: x-key } }]";
const BY_COOKIE = "hash_policy: [{ cookie: { name: k, ttl: 10s } }]";
const KEYS = ["a", "foo", "bar", "session-42", "192.168.0.1", "z"].map((key) => `x-key: ${key}\r\n`);

for (const field of ["lb_policy: RING_HASH", "lb_policy: MAGLEV"]) {
  Deno.test(`requests to a cluster of ${field} go by their hash, whatever came before`, () => {
    const found = hostsOf(pathTo(field, { route: BY_HEADER }), KEYS);
    assert.ok(new Set(found).size > 1);
    const turned = hostsOf(pathTo(field, { route: BY_HEADER, seed: 99 }), [...KEYS, ...KEYS].reverse());
    assert.deepEqual(turned, [...found, ...found].reverse());
  });

  Deno.test(`requests to a cluster of ${field} go anywhere without a hash`, () => {
    for (const route of [BY_HEADER, ""]) {
      const found = hostsOf(pathTo(field, { route }), Array.from({ length: 40 }, () => ""));
      assert.deepEqual([...new Set(found)].sort(), Object.keys(PORTS));
    }
  });
}

Deno.test("requests to a cluster that does not go by hashes are not hashed, and get no cookie", () => {
  const path = pathTo("lb_policy: ROUND_ROBIN", {
    route: `hash_policy: [{ header: { header_name: x-key } }, { cookie: { name: k, ttl: 10s } }]`,
  });
  const client = path.connect(), keys: Key[] = [];
  for (let i = 0; i < 6; i++) {
    client.send(get("x-key: a\r\n"));
    path.deliver();
    keys.push(serve(path, OK).key);
  }
  assert.deepEqual([...new Set(keys.slice(0, 3))].sort(), Object.keys(PORTS));
  assert.deepEqual(keys.slice(3), keys.slice(0, 3));
  assert.ok(!client.take().includes("set-cookie"));
  finish(path);
});

Deno.test("a client without a cookie gets one, and is led to the same host by it", () => {
  const path = pathTo("lb_policy: RING_HASH", { route: BY_COOKIE }), client = path.connect();
  client.send(get(""));
  path.deliver();
  const { key } = serve(path, answer(200, "set-cookie: own=1\r\n"));
  const received = client.take(), value = /set-cookie: k="([0-9a-f]{16})"; Max-Age=10; HttpOnly\r\n/.exec(received)![1];
  assert.ok(received.includes("set-cookie: own=1\r\n"));
  client.send(get(`cookie: k=${value}\r\n`));
  path.deliver();
  assert.equal(serve(path, OK).key, key);
  assert.ok(!client.take().includes("set-cookie"));
  // The next stream of the same router has nothing of it.
  client.send(get("cookie: k=own\r\n"));
  path.deliver();
  serve(path, OK);
  assert.ok(!client.take().includes("set-cookie"));
  finish(path);
});

Deno.test("a cookie is made for each try, and none for an answer of denvoy's own", () => {
  const path = pathTo("lb_policy: MAGLEV", { route: `${BY_COOKIE}, timeout: 5s`, policy: "retry_on: 5xx" });
  const client = path.connect();
  client.send(get(""));
  path.deliver();
  const first = serve(path, answer(503)), second = serve(path, OK);
  assert.equal(second.key, first.key);
  assert.equal(client.take().split("set-cookie: k=").length - 1, 2);
  client.send(get(""));
  path.deliver();
  path.advance(5_000);
  assert.equal(statusOf(client), 504);
  assert.ok(!client.take().includes("set-cookie"));
  finish(path);
});

Deno.test("a retry is hashed anew, by the head that it sends", () => {
  const virtualHost = "request_headers_to_add: [{ header: { key: x-key, value: foo }, " +
    "append_action: OVERWRITE_IF_EXISTS_OR_ADD }],";
  const settings = { route: BY_HEADER, policy: "retry_on: 5xx" };
  for (const key of KEYS) {
    const path = pathTo("lb_policy: RING_HASH", { ...settings, virtualHost });
    path.connect().send(get(key));
    path.deliver();
    const first = serve(path, answer(503)), second = serve(path, OK);
    finish(path);
    const [expected, changed] = hostsOf(pathTo("lb_policy: RING_HASH", settings), [key, "x-key: foo\r\n"]);
    assert.deepEqual([first.key, second.key], [expected, changed]);
  }
});

Deno.test("a retry that minds the last host asks for another place of the same hash", () => {
  const previous = "{ name: p, typed_config: { " +
    '"@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate } }';
  const policy =
    `retry_on: 5xx, num_retries: 2, retry_host_predicate: [${previous}], host_selection_retry_max_attempts: 50`;
  for (const field of ["lb_policy: RING_HASH", "lb_policy: MAGLEV"]) {
    const path = pathTo(field, { route: BY_HEADER, policy }), client = path.connect();
    client.send(get(KEYS[0]!));
    path.deliver();
    const keys = [serve(path, answer(503)).key, serve(path, answer(503)).key, serve(path, OK).key];
    assert.deepEqual(keys.toSorted(), Object.keys(PORTS));
    assert.equal(statusOf(client), 200);
    finish(path);
  }
});

const criteria = MetadataCriteria.of({ version: "v1", stage: "prod" });

Deno.test("RequestPick has the route's criteria as they are, and none where there are none", () => {
  const pick = new RequestPick();
  pick.take({ criteria }, { dynamicMetadata: { other: { a: 1 } } });
  assert.equal(pick.criteria, criteria);
  pick.take({ criteria: null }, { dynamicMetadata: null });
  assert.equal(pick.criteria, null);
});

Deno.test("RequestPick lets metadata of the request win over the route's", () => {
  const pick = new RequestPick(), dynamicMetadata = { "envoy.lb": { stage: "dev", more: 1 } };
  pick.take({ criteria }, { dynamicMetadata });
  assert.equal(pick.criteria!.text, MetadataCriteria.of({ version: "v1", stage: "dev", more: 1 })!.text);
  pick.take({ criteria: null }, { dynamicMetadata });
  assert.equal(pick.criteria!.text, MetadataCriteria.of({ stage: "dev", more: 1 })!.text);
});

Deno.test("RequestPick forgets the tries of the request before", () => {
  const pick = new RequestPick();
  pick.previous = new PreviousPriorities(1);
  pick.begin();
  assert.equal(pick.previous, null);
});

import assert from "node:assert/strict";
import { countsUnder, HandLoop } from "../../../test/support/resource_files.ts";
import { ToldSubscriptions } from "../../../test/support/told_subscription.ts";
import type { LoadAssignment } from "../../config/cluster_config.ts";
import type { ConfigSource } from "../../config/config_source.ts";
import { ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import type { DiscoveryWait } from "../cluster/discovery.ts";
import { AssignmentCache } from "./assignment_cache.ts";
import { EdsDiscovery } from "./eds_discovery.ts";

const SOURCE: ConfigSource = { kind: "path", path: "/e.yaml", watchedDirectory: "", initialFetchTimeoutMs: 15_000 };

/** What a cluster hears, as one line each. */
class Scene {
  readonly loop = new HandLoop();
  readonly book = new StatBook();
  readonly cache = new AssignmentCache();
  readonly told = new ToldSubscriptions();
  readonly heard: string[] = [];
  readonly waits: (DiscoveryWait | null)[] = [];

  discovery(source: ConfigSource = SOURCE): EdsDiscovery {
    return new EdsDiscovery(
      { serviceName: "svc", source },
      { loop: this.loop, loader: new ResourceLoader(), cache: this.cache, subscribe: this.told.subscribe },
      this.book.own.scope("cluster.e"),
      this.book.text("cluster.e.version_text"),
      {
        onEndpoints: (assignment) => this.heard.push(`endpoints ${ports(assignment)}`),
        onFirstResult: () => this.heard.push("first result"),
        onWaiting: (wait) => void this.waits.push(wait),
      },
    );
  }

  started(source: ConfigSource = SOURCE) {
    const discovery = this.discovery(source);
    discovery.start();
    return { discovery, subscription: this.told.made.at(-1)! };
  }

  counts(): Record<string, number> {
    return countsUnder(this.book, "cluster.e");
  }
}

function ports({ endpoints }: LoadAssignment): string {
  return endpoints.map(({ address, priority }) => address.kind === "ip" ? `${address.port}/${priority}` : "pipe")
    .join();
}

function assignment(name: string, ...localities: string[][]): string {
  const entries = localities.map((hosts, priority) => `{priority: ${priority}, lb_endpoints: [${hosts.join()}]}`);
  return `cluster_name: ${name}, endpoints: [${entries.join()}]`;
}

function host(port: number): string {
  return `{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}}}`;
}

Deno.test("EdsDiscovery asks for its service and gives the endpoints that come", () => {
  const scene = new Scene(), { discovery, subscription } = scene.started();
  assert.deepEqual([subscription.messageName, subscription.names], [ResourceType.endpoints, ["svc"]]);
  assert.deepEqual(scene.heard, []);
  assert.equal(subscription.bring(assignment("svc", [host(1), host(2)], [host(3)])), null);
  assert.equal(subscription.bring(assignment("svc", [host(4)])), null);
  assert.equal(subscription.bring(assignment("svc")), null);
  assert.deepEqual(scene.heard, ["endpoints 1/0,2/0,3/1", "first result", "endpoints 4/0", "endpoints "]);
  discovery.close();
  assert.ok(subscription.isClosed);
  assert.equal(scene.cache.size, 0);
  assert.equal(scene.loop.timers.armedCount, 0);
});

Deno.test("EdsDiscovery keeps the first of an address that stands there twice", () => {
  const scene = new Scene(), { subscription } = scene.started();
  subscription.bring(assignment("svc", [host(1), host(1)], [host(2), host(1)]));
  assert.deepEqual(scene.heard, ["endpoints 1/0,2/1", "first result"]);
});

Deno.test("EdsDiscovery refuses what is not its one assignment, in Envoy's words, and waits no longer", () => {
  for (
    const [resources, reason] of [
      [[assignment("x")], "Unexpected EDS cluster (expecting svc): x"],
      [[assignment("svc"), assignment("x")], "Unexpected EDS resource length: 2"],
      [
        [assignment("svc", [host(1).replace("127.0.0.1", "foo")])],
        "malformed IP address: foo. Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or " +
        "'LOGICAL_DNS'",
      ],
    ] as const
  ) {
    const scene = new Scene(), { subscription } = scene.started();
    assert.deepEqual(subscription.bring(...resources)?.map((problem) => problem.reason), [reason]);
    assert.deepEqual(scene.heard, ["first result"]);
    subscription.bring(assignment("svc", [host(1)]));
    assert.deepEqual(scene.heard, ["first result", "endpoints 1/0"]);
    subscription.bring(...resources);
    assert.deepEqual(scene.heard.length, 2, "what was taken stays");
  }
});

Deno.test("EdsDiscovery takes no assignment for no news", () => {
  const scene = new Scene(), { subscription } = scene.started();
  assert.equal(subscription.bring(), null);
  assert.deepEqual(scene.heard, ["first result"]);
  subscription.bring(assignment("svc", [host(1)]));
  assert.equal(subscription.remove("svc"), null);
  assert.deepEqual(scene.heard, ["first result", "endpoints 1/0"]);
  assert.deepEqual(scene.counts(), { update_empty: 2 });
});

Deno.test("EdsDiscovery drops endpoints that nobody renews", () => {
  const scene = new Scene(), { discovery, subscription } = scene.started();
  const brief = `${assignment("svc", [host(1)])}, policy: {endpoint_stale_after: 2s}`;
  subscription.bring(brief);
  scene.loop.pass(1500);
  subscription.bring(brief);
  scene.loop.pass(1500);
  assert.deepEqual(scene.heard, ["endpoints 1/0", "first result", "endpoints 1/0"]);
  scene.loop.pass(600);
  assert.deepEqual(scene.heard.slice(3), ["endpoints "]);
  assert.deepEqual(scene.counts(), { assignment_timeout_received: 2, assignment_stale: 1 });
  subscription.bring(assignment("svc", [host(2)]));
  scene.loop.pass(60_000);
  assert.deepEqual(scene.heard.slice(4), ["endpoints 2/0"]);
  discovery.close();
});

Deno.test("EdsDiscovery starts with what another object has of the same service", () => {
  const scene = new Scene(), { discovery: first, subscription } = scene.started();
  subscription.bring(assignment("svc", [host(1)]));
  scene.heard.length = 0;
  const { discovery: second, subscription: own } = scene.started();
  assert.deepEqual(scene.heard, ["endpoints 1/0", "first result"]);
  assert.equal(scene.waits.at(-1), null);
  assert.deepEqual(scene.counts(), { assignment_use_cached: 1 });
  own.bring(assignment("svc", [host(2)]));
  assert.deepEqual(scene.heard.slice(2), ["endpoints 2/0"]);
  first.close();
  second.close();
  scene.heard.length = 0;
  scene.started();
  assert.deepEqual(scene.heard, [], "nobody was left to keep it");
});

Deno.test("EdsDiscovery prefers what comes at its start to what is kept, and what is kept to what it must refuse", () => {
  const scene = new Scene();
  scene.started().subscription.bring(assignment("svc", [host(1)]));
  scene.heard.length = 0;
  scene.told.onStart = (subscription) => void subscription.bring(assignment("svc", [host(2)]));
  scene.started();
  assert.deepEqual(scene.heard, ["endpoints 2/0", "first result"]);
  scene.heard.length = 0;
  scene.told.onStart = (subscription) => void subscription.bring(assignment("x"));
  scene.started();
  assert.deepEqual(scene.heard, ["endpoints 2/0", "first result"]);
});

Deno.test("EdsDiscovery lets what is kept go stale when it would have", () => {
  const scene = new Scene();
  const { subscription } = scene.started();
  subscription.bring(`${assignment("svc", [host(1)])}, policy: {endpoint_stale_after: 2s}`);
  scene.loop.pass(1500);
  scene.heard.length = 0;
  const other = scene.started({ ...SOURCE, path: "/other.yaml" });
  assert.deepEqual(scene.heard, [], "of another source");
  other.discovery.close();
  scene.started();
  assert.deepEqual(scene.heard, ["endpoints 1/0", "first result"]);
  scene.loop.pass(600);
  assert.deepEqual(scene.heard.slice(2), ["endpoints ", "endpoints "], "of both objects");
  scene.started();
  assert.equal(scene.heard.length, 4, "nothing is kept any more");
});

Deno.test("EdsDiscovery says what it waits for, until when, and why it did not come yet", () => {
  const scene = new Scene(), { subscription } = scene.started();
  const sinceMs = scene.loop.clock.wallMs();
  const wait = {
    kind: "eds",
    subject: "svc",
    source: "file /e.yaml",
    sinceMs,
    untilMs: sinceMs + 15_000,
    lastError: "",
  };
  assert.deepEqual(scene.waits, [wait]);
  subscription.watcher.onFailure("connection", "no route");
  assert.deepEqual(scene.waits.at(-1), { ...wait, lastError: "no route" });
  assert.deepEqual(scene.heard, []);
  subscription.watcher.onFailure("timeout", "too late");
  assert.equal(scene.waits.at(-1), null);
  assert.deepEqual(scene.heard, ["first result"]);
  const forever = new Scene();
  forever.started({ ...SOURCE, initialFetchTimeoutMs: 0 });
  assert.equal(forever.waits[0]!.untilMs, null);
});

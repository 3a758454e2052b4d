/** Which of several hosts a try goes to, on the memory data path (spec/http.md 5, spec/upstream.md 7.14). */
import assert from "node:assert/strict";
import { DataPath } from "../../../test/support/data_path.ts";
import { answer, BACK_OFF_MS, finish, GET, OK, pathWith, statusOf } from "../../../test/support/retry_path.ts";
import type { ClusterConfig, EndpointConfig } from "../../config/cluster_config.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { FilterMetadata } from "../../config/metadata_config.ts";

const PORTS = { heavy: 8080, light: 8081, other: 8082 } as const;
type HostName = keyof typeof PORTS;

const PREDICATE = "envoy.extensions.retry.host";
const predicate = (type: string, fields = "") =>
  `{ name: p, typed_config: { "@type": type.googleapis.com/${PREDICATE}.${type}${fields} } }`;
const PREVIOUS = predicate("previous_hosts.v3.PreviousHostsPredicate");
const CANARY = predicate("omit_canary_hosts.v3.OmitCanaryHostsPredicate");
const STAGE = predicate(
  "omit_host_metadata.v3.OmitHostMetadataConfig",
  ", metadata_match: { filter_metadata: { " +
    "envoy.lb: { stage: beta } } }",
);

interface HostSettings {
  readonly weight: number;
  readonly labels?: FilterMetadata[string];
  readonly priority?: number;
}

/** Where the tries of one request go, each answered with 503 and the last with 200. */
function triesOf(
  policy: string,
  hosts: Partial<Record<HostName, HostSettings>>,
  tries: number,
  { route = "", cluster = {} }: { readonly route?: string; readonly cluster?: Partial<ClusterConfig> } = {},
): HostName[] {
  const [plain] = new DataPath({}).cluster.config.assignment.endpoints;
  const endpoints = Object.entries(hosts).map(([name, { weight, labels = {}, priority = 0 }]): EndpointConfig => ({
    ...plain!,
    address: { ...plain!.address, kind: "ip", host: "127.0.0.1", port: PORTS[name as HostName] },
    metadata: { "envoy.lb": labels },
    weight,
    priority,
  }));
  const { light, other } = PORTS;
  const path = pathWith({
    policy: `retry_on: 5xx, num_retries: ${tries - 1}, ${policy}`,
    route,
    cluster: { assignment: { endpoints, policy: DEFAULT_ASSIGNMENT_POLICY }, ...cluster },
    otherClusters: { light, other },
  });
  const peers = { heavy: path.origins, light: path.peersOf.get("light")!, other: path.peersOf.get("other")! };
  const client = path.connect();
  client.send(GET);
  path.deliver();
  const gone: HostName[] = [];
  for (let left = tries; left > 0; left--) {
    const asked = (Object.keys(peers) as HostName[]).flatMap((name) =>
      peers[name].filter(({ received }) => received !== "").map((peer) => [name, peer] as const)
    );
    assert.equal(asked.length, 1);
    const [name, peer] = asked[0]!;
    gone.push(name);
    peer.take();
    peer.send(left === 1 ? OK : answer(503));
    path.deliver();
    path.advance(BACK_OFF_MS);
  }
  assert.equal(statusOf(client), 200);
  finish(path);
  return gone;
}

const LOPSIDED = { heavy: { weight: 100 }, light: { weight: 1 } };

Deno.test("without a predicate a further try goes where the balancer says", () => {
  assert.deepEqual(triesOf("", LOPSIDED, 3), ["heavy", "heavy", "heavy"]);
});

Deno.test("previous_hosts looks for a host that was not tried", () => {
  const policy = `retry_host_predicate: [${PREVIOUS}], host_selection_retry_max_attempts: 200`;
  assert.deepEqual(triesOf(policy, LOPSIDED, 2), ["heavy", "light"]);
  const all = { ...LOPSIDED, other: { weight: 1 } };
  assert.deepEqual(new Set(triesOf(policy, all, 3)), new Set(["heavy", "light", "other"]));
});

Deno.test("a host that is not wanted is taken when the looks are used up", () => {
  const policy = `retry_host_predicate: [${PREVIOUS}], host_selection_retry_max_attempts: 3`;
  assert.deepEqual(triesOf(policy, LOPSIDED, 2), ["heavy", "heavy"]);
  assert.deepEqual(triesOf(policy, { heavy: { weight: 1 } }, 3), ["heavy", "heavy", "heavy"]);
});

for (
  const [name, wanted, labels] of [
    ["omit_canary_hosts", CANARY, { canary: true }],
    ["omit_host_metadata", STAGE, { stage: "beta", zone: "a" }],
    ["omit_host_metadata, of a list", STAGE, { stage: ["alpha", "beta"] }],
  ] as const
) {
  Deno.test(`${name} keeps further tries off the hosts that it names`, () => {
    const policy = `retry_host_predicate: [${wanted}], host_selection_retry_max_attempts: 200`;
    const hosts = { heavy: { weight: 100, labels }, light: { weight: 1 } };
    assert.deepEqual(triesOf(policy, hosts, 3), ["heavy", "light", "light"]);
  });
}

Deno.test("other labels keep nobody off", () => {
  const policy = `retry_host_predicate: [${CANARY}, ${STAGE}], host_selection_retry_max_attempts: 200`;
  const hosts = { heavy: { weight: 100, labels: { canary: "true", stage: "betas" } }, light: { weight: 1 } };
  assert.deepEqual(triesOf(policy, hosts, 3), ["heavy", "heavy", "heavy"]);
});

const LEVELS = { heavy: { weight: 1 }, light: { weight: 1, priority: 1 }, other: { weight: 1, priority: 2 } };
const LEAVING = "retry_priority: { name: p, typed_config: { " +
  '"@type": type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig, ';

Deno.test("without a retry priority further tries go to the priority that all requests go to", () => {
  assert.deepEqual(triesOf("", LEVELS, 3), ["heavy", "heavy", "heavy"]);
});

Deno.test("previous_priorities leaves priorities alone that tries have been to, and then begins again", () => {
  assert.deepEqual(triesOf(`${LEAVING} update_frequency: 1 } }`, LEVELS, 4), ["heavy", "light", "other", "heavy"]);
  assert.deepEqual(triesOf(`${LEAVING} update_frequency: 2 } }`, LEVELS, 4), ["heavy", "heavy", "light", "light"]);
});

Deno.test("every try of a request goes to the subset that its route asks for", () => {
  const cluster: Partial<ClusterConfig> = {
    subsets: {
      fallbackPolicy: "NO_FALLBACK",
      defaultSubset: {},
      selectors: [{ keys: ["version"], fallbackPolicy: "NOT_DEFINED", fallbackKeys: [], isSingleHost: false }],
      isLocalityWeightAware: false,
      scalesLocalityWeight: false,
      panicModeAny: false,
      listAsAny: false,
      triesFallbackList: false,
      allowsRedundantKeys: false,
    },
  };
  const hosts = { heavy: { weight: 9, labels: { version: 1 } }, light: { weight: 1, labels: { version: 2 } } };
  for (const [version, name] of [[1, "heavy"], [2, "light"]] as const) {
    const route = `metadata_match: { filter_metadata: { envoy.lb: { version: ${version} } } },`;
    assert.deepEqual(triesOf("", hosts, 2, { route, cluster }), [name, name]);
  }
});

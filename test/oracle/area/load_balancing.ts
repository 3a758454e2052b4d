/**
 * Load balancing by hashes (spec/upstream.md 7.10 to 7.12, spec/http.md 2.14): which host a request belongs to. Hosts are
 * known by addresses or keys that are the same on both sides; most of them are dead, and the access log says which ones
 * were tried.
 */
import { textLog } from "../access_log_line.ts";
import { area, get, type OracleCase } from "../oracle_case.ts";
import { clusterProtocol, typed } from "../protocol_options.ts";
import { ORIGIN_PORT, type Variant } from "../variant.ts";

const LINE = "%RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_HOST% %UPSTREAM_HOSTS_ATTEMPTED% " +
  "%UPSTREAM_METADATA(envoy.lb:hash_key)%";
const LINES = { accessLog: [textLog(LINE)] };

/** Of the header that is hashed. */
const KEYS = ["", "a", "foo", "bar", "session-42", "192.168.0.1", "user@example.org", "\xe4", "z".repeat(70)];

/** What a host of a cluster is like. */
interface TestHost {
  readonly address?: string;
  readonly port?: number | string;
  readonly weight?: number;
  readonly hostname?: string;
  readonly key?: string;
}

function host({ address = "127.0.0.1", port = 1, weight = 1, hostname = "", key }: TestHost): string {
  const metadata = key === undefined ? "" : `, metadata: { filter_metadata: { envoy.lb: { hash_key: "${key}" } } }`;
  const socket = `{ socket_address: { address: "${address}", port_value: ${port} } }`;
  return `{ endpoint: { address: ${socket}, hostname: "${hostname}" }, load_balancing_weight: ${weight}${metadata} }`;
}

function assignment(hosts: readonly TestHost[]): string {
  return `load_assignment: { cluster_name: any, endpoints: [{ lb_endpoints: [${hosts.map(host).join(", ")}] }] }`;
}

/** Nobody listens at any of them. */
const DEAD: readonly TestHost[] = ["127.0.0.9", "127.0.0.1", "127.0.0.12", "127.0.0.2", "127.0.0.3"].map((address) => ({
  address,
}));
const WEIGHTED = DEAD.map((one, index) => ({ ...one, weight: [1, 2, 5, 3, 7][index]! }));
const NAMED = DEAD.map((one, index) => ({ ...one, hostname: `host-${index}.test` }));
const KEYED = DEAD.map((one, index) => index === 3 ? one : { ...one, key: `key-${index}` });

const RING = "lb_policy: RING_HASH", MAGLEV = "lb_policy: MAGLEV";
const BY_NAME = "consistent_hashing_lb_config: { use_hostname_for_hashing: true }";

/** `load_balancing_policy` with one policy. */
function policy(name: string, fields: string): string {
  const type = `envoy.extensions.load_balancing_policies.${name}`;
  return `load_balancing_policy: { policies: [{ typed_extension_config: ${typed(type, fields)} }] }`;
}

const CLUSTERS: Readonly<Record<string, readonly string[]>> = {
  ring: [RING, assignment(DEAD)],
  ring_weights: [RING, assignment(WEIGHTED)],
  ring_murmur: [RING, "ring_hash_lb_config: { hash_function: MURMUR_HASH_2 }", assignment(WEIGHTED)],
  ring_small: [RING, "ring_hash_lb_config: { minimum_ring_size: 8, maximum_ring_size: 9 }", assignment(WEIGHTED)],
  ring_large: [RING, "ring_hash_lb_config: { minimum_ring_size: 20000 }", assignment(WEIGHTED)],
  ring_none: [RING, "ring_hash_lb_config: { minimum_ring_size: 0, maximum_ring_size: 0 }", assignment(DEAD)],
  ring_names: [policy("ring_hash.v3.RingHash", BY_NAME), assignment(NAMED)],
  ring_keys: [
    policy("ring_hash.v3.RingHash", BY_NAME),
    assignment(KEYED.map((one) => ({ ...one, hostname: "h.test" }))),
  ],
  ring_extension: [
    policy("ring_hash.v3.RingHash", "hash_function: MURMUR_HASH_2, minimum_ring_size: 100, maximum_ring_size: 200"),
    assignment(WEIGHTED),
  ],
  ring_old_fields: [policy("ring_hash.v3.RingHash", "use_hostname_for_hashing: true"), assignment(NAMED)],
  ring_both_fields: [
    policy("ring_hash.v3.RingHash", "use_hostname_for_hashing: true, consistent_hashing_lb_config: {}"),
    assignment(NAMED),
  ],
  maglev: [MAGLEV, assignment(DEAD)],
  maglev_weights: [MAGLEV, assignment(WEIGHTED)],
  maglev_small: [MAGLEV, "maglev_lb_config: { table_size: 11 }", assignment(WEIGHTED)],
  maglev_tiny: [MAGLEV, "maglev_lb_config: { table_size: 2 }", assignment(DEAD)],
  maglev_large: [MAGLEV, "maglev_lb_config: { table_size: 1000003 }", assignment(WEIGHTED)],
  maglev_keys: [MAGLEV, assignment(KEYED)],
  maglev_extension: [
    policy("maglev.v3.Maglev", `table_size: 101, ${BY_NAME}`),
    assignment(NAMED),
  ],
};

const HASHED = "hash_policy: [{ header: { header_name: x-key } }]";

function route(path: string, cluster: string, fields = HASHED): string {
  return `{ match: { path: ${path} }, route: { cluster: ${cluster}, timeout: 0s, ${fields} } }`;
}

/** Retries that go to another host if they can. */
function elsewhere(attempts: number): string {
  const predicate = typed("envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate");
  return "retry_policy: { retry_on: connect-failure, num_retries: 4, retry_back_off: { base_interval: 0.001s }, " +
    `retry_host_predicate: [${predicate}], host_selection_retry_max_attempts: ${attempts} }`;
}

const AGAIN = "retry_policy: { retry_on: 5xx, num_retries: 2, retry_back_off: { base_interval: 0.001s } }";
const COOKIE = "hash_policy: [{ cookie: { name: k, ttl: 10s, path: /p } }]";
/** A header, or else a cookie. */
const OWN = "hash_policy: [{ header: { header_name: x-own }, terminal: true }, { cookie: { name: k, ttl: 10s } }]";
const OWN_HASHING = `consistent_hashing_lb_config: { ${OWN} }`;

/** Hosts that are one origin, told apart by their keys. */
const ALIVE: readonly TestHost[] = Array.from(
  { length: 4 },
  (_, index) => ({ port: ORIGIN_PORT, key: `alive-${index}`, hostname: `alive-${index}.test` }),
);
const BOUND = "common_lb_config: { consistent_hashing_lb_config: { hash_balance_factor: 100 } }";
const HEDGED = "hedge_policy: { hedge_on_per_try_timeout: true }, retry_policy: { retry_on: 5xx, num_retries: 5, " +
  "per_try_timeout: 0.1s, retry_back_off: { base_interval: 0.001s } }";

const OWN_POLICIES = {
  clusters: {
    balancer: [policy("maglev.v3.Maglev", OWN_HASHING), assignment(ALIVE)],
    options: [RING, clusterProtocol({ more: OWN }), assignment(ALIVE)],
    both: [
      policy("ring_hash.v3.RingHash", OWN_HASHING),
      clusterProtocol({ more: "hash_policy: [{ header: { header_name: x-key } }]" }),
      assignment(ALIVE),
    ],
  },
  routes: ["balancer", "options", "both"].map((name) => route(`/${name}`, name)),
};

const variants = {
  choices: {
    ...LINES,
    clusters: CLUSTERS,
    routes: Object.keys(CLUSTERS).map((name) => route(`/${name}`, name)),
    stats: "choices.*_lb\\.",
  },
  retried: {
    ...LINES,
    clusters: { ring: [RING, assignment(DEAD)], maglev: [MAGLEV, assignment(DEAD)] },
    routes: ["ring", "maglev"].flatMap((name) => [
      ...[1, 3, 20].map((attempts) => route(`/${name}-${attempts}`, name, `${HASHED}, ${elsewhere(attempts)}`)),
      route(`/${name}-same`, name, `${HASHED}, ${AGAIN}`),
    ]).concat(
      `{ match: { path: /changed }, route: { cluster: ring, timeout: 0s, ${HASHED}, ${AGAIN} }, ` +
        "request_headers_to_add: [{ header: { key: x-key, value: other }, append_action: OVERWRITE_IF_EXISTS_OR_ADD }] }",
    ),
  },
  // A made cookie leads anywhere.
  cookies: {
    clusters: { ring: [RING, assignment(ALIVE)], round: [assignment(ALIVE)], gone: [RING, assignment(DEAD)] },
    routes: [
      route("/ring", "ring", COOKIE),
      route("/round", "round", COOKIE),
      route("/gone", "gone", COOKIE),
      route("/again", "ring", `${COOKIE}, ${AGAIN}`),
      route("/two", "ring", "hash_policy: [{ cookie: { name: k, ttl: 10s } }, { cookie: { name: j, ttl: 0s } }]"),
      `{ match: { path: /removed }, route: { cluster: ring, ${COOKIE} }, response_headers_to_remove: [set-cookie] }`,
    ],
  },
  own_policies: { ...LINES, ...OWN_POLICIES },
  own_cookies: OWN_POLICIES,
  // Tries that get no answer stay under way beside one another.
  bounded: {
    clusters: {
      ring: [RING, BOUND, assignment(ALIVE)],
      maglev: [MAGLEV, BOUND, assignment(ALIVE.map((one, index) => ({ ...one, weight: index + 1 })))],
    },
    routerFields: ["suppress_envoy_headers: true"],
    routes: ["ring", "maglev"].map((name) =>
      `{ match: { prefix: /${name} }, route: { cluster: ${name}, timeout: 1.5s, prefix_rewrite: /silent, ` +
      `auto_host_rewrite: true, ${HASHED}, ${HEDGED} } }`
    ),
  },
} satisfies Readonly<Record<string, Variant>>;

const keyed = (path: string, key: string, more = "") => get(path, `x-key: ${key}\r\n${more}`);

const cases: readonly OracleCase<keyof typeof variants>[] = [
  ...Object.keys(CLUSTERS).flatMap((name) =>
    KEYS.map((key, index): OracleCase<keyof typeof variants> => ({
      name: `${name} key ${index}`,
      on: "choices",
      send: keyed(`/${name}`, key),
    }))
  ),
  ...["ring", "maglev"].flatMap((name) =>
    ["1", "3", "20", "same"].flatMap((attempts) =>
      ["a", "foo", "session-42"].map((key): OracleCase<keyof typeof variants> => ({
        name: `${name} ${attempts} for ${key}`,
        on: "retried",
        send: keyed(`/${name}-${attempts}`, key),
      }))
    )
  ),
  { name: "a hash that a retry changes", on: "retried", send: keyed("/changed", "a") },
  ...["/ring", "/round", "/gone", "/two", "/removed"].map((path): OracleCase<keyof typeof variants> => ({
    name: `cookies of ${path}`,
    on: "cookies",
    send: get(path),
  })),
  { name: "a cookie that is there", on: "cookies", send: get("/ring", "cookie: k=v\r\n") },
  { name: "a cookie for each try", on: "cookies", send: get("/again", "x-origin: 503,503,ok\r\n") },
  { name: "a cookie and no more tries", on: "cookies", send: get("/again", "x-origin: 503\r\n") },
  ...["/balancer", "/options", "/both"].flatMap((path) => [
    { name: `own policies of ${path}`, on: "own_policies" as const, send: keyed(path, "a", "x-own: b\r\n") },
    {
      name: `own policies of ${path}, other header`,
      on: "own_policies" as const,
      send: keyed(path, "b", "x-own: e\r\n"),
    },
  ]),
  ...["/balancer", "/options", "/both"].map((path): OracleCase<keyof typeof variants> => ({
    name: `a cookie by the policy of ${path}`,
    on: "own_cookies",
    send: keyed(path, "a"),
  })),
  ...["/ring", "/maglev"].flatMap((path) =>
    ["a", "b", "c"].map((key): OracleCase<keyof typeof variants> => ({
      name: `bounded ${path} for ${key}`,
      on: "bounded",
      send: keyed(path, key),
    }))
  ),
];

/** See above. */
export const LOAD_BALANCING = area("load_balancing", variants, cases);

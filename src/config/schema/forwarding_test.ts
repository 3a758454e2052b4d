/** What a connection manager may say about heads: defaults, what contradicts itself, and what is not taken yet. */
import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { ConfigError } from "../../base/errors.ts";

/** Why a manager with these fields is refused, each problem with the last step of the way to it. */
function refusal(...fields: string[]): string {
  try {
    managerConfig(...fields);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.split(".").at(-1)}: ${reason}`).join("\n");
  }
  return "taken";
}

const DETECTION = "envoy.extensions.http.original_ip_detection";
const MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const UUID = "envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";

function any(type: string, fields = ""): string {
  return `{ "@type": type.googleapis.com/${type}, ${fields} }`;
}

function detection(type: string, fields = ""): string {
  return `original_ip_detection_extensions: [{ name: d, typed_config: ${any(`${DETECTION}.${type}`, fields)} }]`;
}

const XFF = "xff.v3.XffConfig", CUSTOM = "custom_header.v3.CustomHeaderConfig";

Deno.test("a plain manager leaves paths and hosts alone and believes x-forwarded-for", () => {
  const { normalization, forwarding, requestId, sampling, proxyStatus, appendLocalOverload, underscores } =
    managerConfig();
  assert.deepEqual(normalization, {
    normalizePath: null,
    mergeSlashes: false,
    escapedSlashes: "IMPLEMENTATION_SPECIFIC_DEFAULT",
    stripPort: "none",
    stripTrailingHostDot: false,
  });
  assert.deepEqual(forwarding, {
    detection: [],
    internalAddresses: null,
    appendXForwardedPort: false,
    schemeToOverwrite: "",
    schemeMatchesUpstream: false,
    via: "",
    addUserAgent: false,
    clientCert: {
      mode: "SANITIZE",
      details: { subject: false, cert: false, chain: false, dns: false, uri: false },
    },
    clientCertMatcher: null,
  });
  assert.deepEqual(requestId, { packsTraceReason: true, samplesById: true });
  assert.deepEqual([sampling, proxyStatus, appendLocalOverload, underscores], [null, null, false, "ALLOW"]);
});

Deno.test("shares of traced requests are whole percents for clients, and hundredths of one else", () => {
  const share = (numerator: number, denominator: number) => ({ numerator, denominator });
  assert.deepEqual(managerConfig("tracing: {}").sampling, {
    client: share(100, 100),
    random: share(10_000, 10_000),
    overall: share(10_000, 10_000),
  });
  const some = "client_sampling: { value: 12.9 }, random_sampling: { value: 12.345 }, overall_sampling: {}";
  assert.deepEqual(managerConfig(`tracing: { ${some} }`).sampling, {
    client: share(12, 100),
    random: share(1235, 10_000),
    overall: share(0, 10_000),
  });
});

Deno.test("a detection extension's status is 403 where it may not be what is asked for", () => {
  for (
    const [fields, status] of [
      ["", 0],
      ["reject_with_status: { code: 400 }", 400],
      ["reject_with_status: { code: NetworkAuthenticationRequired }", 511],
      ["reject_with_status: { code: 302 }", 403],
    ] as const
  ) {
    const { forwarding } = managerConfig(detection(CUSTOM, `header_name: X-Real-IP, ${fields}`));
    assert.deepEqual(forwarding.detection, [
      { kind: "custom_header", headerName: "x-real-ip", mayBeInternal: false, rejectStatus: status },
    ]);
  }
});

const EARLY = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";

function early(...steps: string[]): string {
  return `early_header_mutation_extensions: [{ name: e, typed_config: ${any(EARLY, `mutations: [${steps}]`)} }]`;
}

Deno.test("early mutations are one list, whatever extensions they stand in", () => {
  const extension = (step: string) => early(step).slice("early_header_mutation_extensions: [".length, -1);
  const { earlyMutations } = managerConfig(
    `early_header_mutation_extensions: [${extension("{ remove: X-A }")}, ${
      extension("{ append: { header: { key: X-B, value: v, raw_value: aGk= } } }")
    }]`,
  );
  assert.deepEqual(earlyMutations, [
    { kind: "remove", name: "x-a" },
    {
      kind: "append",
      header: { name: "x-b", value: ["v"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false },
    },
  ]);
  assert.deepEqual(managerConfig().earlyMutations, []);
});

const CIDR = "xff_trusted_cidrs: { cidrs: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }";

const REFUSED: ReadonlyArray<[what: string, fields: readonly string[], problem: RegExp]> = [
  [
    "two ways to strip the host's port",
    ["strip_any_host_port: true", "strip_matching_host_port: true"],
    /^strip_any_host_port: Error: Only one of `strip_matching_host_port` or `strip_any_host_port` can be set\.$/,
  ],
  [
    "detection beside use_remote_address",
    ["use_remote_address: true", detection(XFF)],
    /^original_ip_detection_extensions: Original IP detection extensions and use_remote_address may not be mixed$/,
  ],
  [
    "detection beside xff_num_trusted_hops",
    ["xff_num_trusted_hops: 1", detection(XFF)],
    /^original_ip_detection_extensions: Original IP detection extensions and xff_num_trusted_hops may not be mixed$/,
  ],
  [
    "hops and ranges of one detection",
    [detection(XFF, `xff_num_trusted_hops: 1, ${CIDR}`)],
    /^typed_config: Cannot set both xff_num_trusted_hops and xff_trusted_cidrs$/,
  ],
  ["detection by a header without a name", [detection(CUSTOM)], /^header_name: .*(empty|shorter|length)/],
  [
    "detection by something else",
    [`original_ip_detection_extensions: [{ name: d, typed_config: ${any(UUID)} }]`],
    /^typed_config: Didn't find a registered implementation with type URL: '.*UuidRequestIdConfig'/,
  ],
  ["a scheme of no HTTP", ["scheme_header_transformation: { scheme_to_overwrite: ftp }"], /^scheme_to_overwrite: /],
  ["a broken range", ["internal_address_config: { cidr_ranges: [{ address_prefix: ten }] }"], /^address_prefix: /],
  ["a via with a line break", ['via: "a\\nb"'], /^via: /],
  ["more than all requests", ["tracing: { random_sampling: { value: 101 } }"], /^value: /],
  [
    "a response limit, which is a cluster's",
    ["common_http_protocol_options: { max_response_headers_kb: 10 }"],
    /^max_response_headers_kb: Error: max_response_headers_kb cannot be set on http_connection_manager\.$/,
  ],
  [
    "an early mutation of the path",
    [early('{ append: { header: { key: ":path", value: / } } }')],
    /^key: :-prefixed or host headers may not be modified$/,
  ],
  [
    "an early mutation of the host",
    [early("{ append: { header: { key: Host, value: a } } }")],
    /^key: :-prefixed or host headers may not be modified$/,
  ],
  [
    "an early mutation of what is no name",
    [early("{ append: { header: { key: a b, value: a } } }")],
    /^key: invalid header name: a b$/,
  ],
  [
    "an early mutation with two actions",
    [early("{ append: { header: { key: a, value: a }, append: true, append_action: ADD_IF_ABSENT } }")],
    /^append: Both append and append_action are set and it's not allowed$/,
  ],
  [
    "an early mutation of an unknown value",
    [early("{ append: { header: { key: a, value: '%NO%' } } }")],
    /^value: Not/,
  ],
  ["early mutations that are none", [early()], /^mutations: value must contain at least 1/],
  [
    "another action of a client certificate matcher",
    [`forward_client_cert_matcher: { on_no_match: { action: { name: a, typed_config: ${any(UUID)} } } }`],
    /^typed_config: Didn't find a registered implementation with type URL: '.*UuidRequestIdConfig'/,
  ],
];

for (const [what, fields, problem] of REFUSED) {
  Deno.test(`a manager is refused for ${what}`, () => assert.match(refusal(...fields), problem));
}

for (const name of ["host", ":authority", ":path", ":method"]) {
  Deno.test(`a manager is refused for an early removal of ${name}, by name`, () => {
    const wanted = `remove: removal of ${name} is known to Envoy, not supported yet`;
    assert.ok(refusal(early(`{ remove: "${name}" }`)).startsWith(wanted));
  });
}

/** Known to Envoy, and no part of this yet. */
const WAITING: readonly (readonly [field: string, name: string])[] = [
  ["record_route_resolution_stats: true", "record_route_resolution_stats"],
  ["set_current_client_cert_details: { issuer: true }", "issuer"],
  ["tracing: { provider: { name: p } }", "provider"],
  [
    `forward_client_cert_matcher: { on_no_match: { action: { name: a, typed_config: ${
      any(`${MANAGER}.ForwardClientCertConfig`, "set_current_client_cert_details: { issuer: true }")
    } } } }`,
    "issuer",
  ],
];

for (const [field, name] of WAITING) {
  Deno.test(`a manager is refused for ${name} in ${field.split(":")[0]}, by name`, () => {
    assert.match(refusal(field), new RegExp(`^${name}: field of \\S+ is known to Envoy, not supported yet`));
  });
}

import assert from "node:assert/strict";
import { checkConstraints } from "./constraints.ts";
import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import { pathText } from "./field_path.ts";
import { type CanonicalMessage, SourceMap } from "./source_map.ts";
import { ruleViolation } from "./value_rules.ts";

function check(messageName: string, tree: CanonicalMessage, sourceMap = new SourceMap()) {
  const problems: string[] = [], warnings: string[] = [];
  checkConstraints(messageName, tree, sourceMap, {
    problem: (path, reason) => problems.push(`${pathText(path)}: ${reason}`),
    warning: (path, reason) => warnings.push(`${pathText(path)}: ${reason}`),
  });
  return { problems, warnings };
}

const CLUSTER = "envoy.config.cluster.v3.Cluster";

Deno.test("checkConstraints applies the API's rules at any depth", () => {
  const { problems } = check("envoy.config.bootstrap.v3.Bootstrap", {
    stats_flush_interval: "300s",
    static_resources: {
      clusters: [{
        connect_timeout: "0s",
        load_assignment: {
          cluster_name: "a",
          endpoints: [{ priority: 129, lb_endpoints: [{ load_balancing_weight: 0 }] }],
        },
      }],
    },
  });
  assert.deepEqual(problems, [
    "stats_flush_interval: value must be inside range [0.001s, 300s): found 300s",
    "static_resources.clusters[0].name: value length must be at least 1 characters: found 0",
    "static_resources.clusters[0].connect_timeout: value must be greater than 0s: found 0s",
    "static_resources.clusters[0].load_assignment.endpoints[0].priority: value must be less than or equal to 128: " +
    "found 129",
    "static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints[0].load_balancing_weight: value must be " +
    "greater than or equal to 1: found 0",
  ]);
});

Deno.test("checkConstraints wants required fields and oneofs, in Anys too", () => {
  const any = {
    "@type": "type.googleapis.com/envoy.config.route.v3.Route",
    match: {},
  };
  assert.deepEqual(
    check("google.protobuf.Any", any).problems,
    [
      "action is required: found none of its fields, wanted one of route, redirect, direct_response, filter_action, " +
      "non_forwarding_action",
      "path_specifier is required: found none of its fields, wanted one of prefix, path, safe_regex, connect_matcher, " +
      "path_separated_prefix, path_match_policy",
    ].map((reason, index) => `${index === 0 ? "" : "match"}: ${reason}`),
  );
});

Deno.test("checkConstraints does not miss what was refused before", () => {
  const sourceMap = new SourceMap();
  const cluster: CanonicalMessage = {};
  sourceMap.markBroken(cluster, "name");
  assert.deepEqual(check(CLUSTER, cluster, sourceMap).problems, []);
});

Deno.test("checkConstraints warns of deprecated fields and refuses disallowed ones", () => {
  const { warnings } = check(CLUSTER, { name: "a", dns_refresh_rate: "5s" });
  assert.deepEqual(warnings, [`dns_refresh_rate: deprecated field of ${CLUSTER}: it will be removed from Envoy's API`]);
  const disallowed = descriptorPool.typeNames.flatMap((name) =>
    (descriptorPool.message(name)?.fields ?? []).filter((field) => field.isDisallowed).map((field) => ({ name, field }))
  );
  assert.ok(disallowed.length > 0);
  const { name, field } = disallowed.find(({ field }) => field.kind === "string" || field.kind === "bool") ??
    disallowed[0]!;
  const { problems } = check(name, { [field.name]: field.kind === "bool" ? true : "x" });
  assert.ok(problems.includes(`${field.name}: deprecated field of ${name}, no longer allowed`));
});

Deno.test("ruleViolation knows each kind of rule", () => {
  const text = { kind: "string", typeName: "" } as const;
  const rules = (...entries: [string, string][]) => new Map(entries);
  const cases: [string | null, string | null][] = [
    [ruleViolation(rules(["min_len", "1"]), text, "é"), null],
    [ruleViolation(rules(["min_bytes", "3"]), text, "é"), "value length must be at least 3 bytes: found 2"],
    [
      ruleViolation(rules(["max_len", "1"], ["ignore_empty", "true"]), text, "ab"),
      "value length must be at most 1 characters: found 2",
    ],
    [ruleViolation(rules(["in", "a,b"]), text, "c"), 'value must be in list a,b: found "c"'],
    [ruleViolation(rules(["prefix", "%25"]), text, "x"), 'value does not have prefix "%": found "x"'],
    [ruleViolation(rules(["pattern", "^[^?#]+[^?#/]$"]), text, "/api"), null],
    [
      ruleViolation(rules(["pattern", "^[^?#]+[^?#/]$"]), text, "/a/"),
      'value does not match regex pattern "^[^?#]+[^?#/]$": found "/a/"',
    ],
    [ruleViolation(rules(["well_known_regex", "HTTP_HEADER_NAME"]), text, "x-y"), null],
    [
      ruleViolation(rules(["well_known_regex", "HTTP_HEADER_NAME"]), text, "x y"),
      'value does not match the form of a header name: found "x y"',
    ],
    [
      ruleViolation(rules(["well_known_regex", "HTTP_HEADER_VALUE"], ["strict", "false"]), text, "a\n"),
      'value does not match the form of a header value: found "a\\n"',
    ],
    [
      ruleViolation(rules(["const", "true"]), { kind: "bool", typeName: "" }, false),
      "value must equal true: found false",
    ],
    [
      ruleViolation(rules(["not_in", "0"]), { kind: "enum", typeName: `${CLUSTER}.LbPolicy` }, undefined),
      'value must not be in list 0: found "0"',
    ],
    [ruleViolation(rules(["gte", "0"]), { kind: "message", typeName: "google.protobuf.Duration" }, "0s"), null],
    [
      ruleViolation(rules(["min_len", "4"]), { kind: "bytes", typeName: "" }, "aGk="),
      "value length must be at least 4 bytes: found 2",
    ],
  ];
  cases.forEach(([found, wanted], index) => assert.equal(found, wanted, `case ${index}`));
});

Deno.test("every pattern of the API is one that JavaScript reads", () => {
  for (const name of descriptorPool.typeNames) {
    for (const field of descriptorPool.message(name)?.fields ?? []) {
      for (const [rule, pattern] of field.rules) {
        if (!rule.endsWith("pattern")) continue;
        assert.doesNotThrow(() =>
          ruleViolation(new Map([["pattern", pattern]]), { kind: "string", typeName: "" }, "x")
        );
      }
    }
  }
});

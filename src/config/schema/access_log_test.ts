/** Access loggers, their formats and filters, read by the real loader. */
import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { loadCel } from "../../base/cel/cel.ts";
import { ConfigError } from "../../base/errors.ts";
import type { AccessLogConfig, AccessLogFilterConfig } from "../access_log_config.ts";
import type { FormatConfig, TextTemplate } from "../format/format_config.ts";

const PACKAGE = "type.googleapis.com/envoy.extensions.access_loggers";
const FILE = `{ "@type": ${PACKAGE}.file.v3.FileAccessLog, path: /dev/null`;

/** The one logger of a manager. `fields`: of the file logger; `filter`: its filter. */
function logger(fields = "", filter = ""): AccessLogConfig {
  const loggers = managerConfig(`access_log: [{ name: l, ${filter} typed_config: ${FILE}, ${fields} } }]`).accessLogs;
  assert.equal(loggers.length, 1);
  return loggers[0]!;
}

const filterOf = (filter: string): AccessLogFilterConfig => logger("", `filter: { ${filter} },`).filter!;

/** Why it is refused: each problem with what of its path is behind the logger. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) =>
      `${path.replace(/^.*access_log\[0\]\.?(typed_config\.)?/, "").replace(/^.*typed_config\./, "")}: ${reason}`
    ).join("\n");
  }
  return "taken";
}

/** `[COMMAND]` for a command, text as it is. */
const shown = (template: TextTemplate) =>
  template.map((piece) => typeof piece === "string" ? piece : `[${piece.command}]`).join("");

function shownFormat(format: FormatConfig | null): string {
  if (format === null) return "default";
  return format.kind === "text" ? shown(format.pieces) : JSON.stringify(
    Object.fromEntries(
      format.root.fields.map(({ key, value }) => [key, value.kind === "text" ? shown(value.pieces) : value.kind]),
    ),
  );
}

Deno.test("a logger writes to a file or to a standard stream", () => {
  const { accessLogs } = managerConfig(
    `access_log: [{ name: a, typed_config: ${FILE} } }, ` +
      `{ typed_config: { "@type": ${PACKAGE}.stream.v3.StdoutAccessLog } }, ` +
      `{ typed_config: { "@type": ${PACKAGE}.stream.v3.StderrAccessLog, log_format: { text_format: "%PROTOCOL%" } } }]`,
  );
  assert.deepEqual(accessLogs.map(({ sink, path, format }) => [sink, path, shownFormat(format)]), [
    ["file", "/dev/null", "default"],
    ["stdout", "", "default"],
    ["stderr", "", "[PROTOCOL]"],
  ]);
});

Deno.test("a file logger has its format in any of four fields, or the default one", () => {
  const cases: Readonly<Record<string, string>> = {
    "": "default",
    'format: ""': "default",
    'format: "a%PROTOCOL%\\n"': "a[PROTOCOL]\n",
    'json_format: { b: "%PROTOCOL%", a: x }': '{"a":"x","b":"[PROTOCOL]"}',
    'typed_json_format: { a: "%PROTOCOL%" }': '{"a":"[PROTOCOL]"}',
    'log_format: { text_format: "a%PROTOCOL%" }': "a[PROTOCOL]",
    'log_format: { text_format: "" }': "",
    'log_format: { text_format_source: { inline_string: "%REQ(a)%" } }': "[REQ]",
    "log_format: { text_format_source: { inline_bytes: JVBST1RPQ09MJQ== } }": "[PROTOCOL]",
    'log_format: { json_format: { a: "%PROTOCOL%", b: 1, c: [x], d: {} } }':
      '{"a":"[PROTOCOL]","b":"constant","c":"list","d":"object"}',
  };
  for (const [fields, expected] of Object.entries(cases)) {
    assert.equal(shownFormat(logger(fields).format), expected, fields);
  }
});

Deno.test("a format has options and extensions that add commands", () => {
  const format = logger('log_format: { text_format: "x", omit_empty_values: true, content_type: "text/html" }').format!;
  assert.deepEqual([format.omitEmptyValues, format.contentType], [true, "text/html"]);
  const extension = (name: string, type: string) =>
    `formatters: [{ name: x, typed_config: { "@type": type.googleapis.com/envoy.extensions.formatter.${name}.v3.${type} } }]`;
  const without = 'text_format: "%REQ_WITHOUT_QUERY(a)%"';
  const formatter = extension("req_without_query", "ReqWithoutQuery");
  assert.equal(shownFormat(logger(`log_format: { ${without}, ${formatter} }`).format), "[REQ_WITHOUT_QUERY]");
  assert.equal(
    refusal(() => logger(`log_format: { ${without} }`)),
    "log_format.text_format: Not supported field in StreamInfo: REQ_WITHOUT_QUERY",
  );
  const metadata = extension("metadata", "Metadata");
  assert.equal(
    shownFormat(logger(`log_format: { text_format: "%METADATA(ROUTE:a)%", ${metadata} }`).format),
    "[METADATA]",
  );
});

Deno.test("a format is refused where it stands, in Envoy's words", () => {
  const cases: Readonly<Record<string, string>> = {
    'format: "%NOPE%"': "format: Not supported field in StreamInfo: NOPE",
    'format: "%"': "format: Incorrect configuration: %. Couldn't find valid command at position 0",
    'log_format: { text_format_source: { inline_string: "%NOPE%" } }':
      "log_format.text_format_source: Not supported field in StreamInfo: NOPE",
    'log_format: { json_format: { a: { b: ["x", "%NOPE%"] }, c: "%REQ%" } }':
      "log_format.json_format.a.b[1]: Not supported field in StreamInfo: NOPE\n" +
      "log_format.json_format.c: REQ requires parameters",
    'json_format: { a: "%NOPE%" }': "json_format.a: Not supported field in StreamInfo: NOPE",
    'typed_json_format: { a: "%NOPE%" }': "typed_json_format.a: Not supported field in StreamInfo: NOPE",
  };
  for (const [fields, expected] of Object.entries(cases)) assert.equal(refusal(() => logger(fields)), expected, fields);
  assert.notEqual(refusal(() => logger('format: "a", json_format: {}')), "taken");
  assert.notEqual(refusal(() => logger("log_format: {}")), "taken");
});

Deno.test("CEL in a format has the functions that its formatter switches on", async () => {
  await loadCel();
  const cel = (options: string) =>
    `formatters: [{ name: x, typed_config: { "@type": type.googleapis.com/envoy.extensions.formatter.cel.v3.Cel${options} } }]`;
  const lower = "text_format: \"%CEL('A'.lowerAscii())%\"";
  const missing =
    "log_format.text_format: failed to create an expression: No overload found in reference resolve step for lowerAscii";
  assert.equal(refusal(() => logger(`log_format: { ${lower} }`)), missing);
  assert.equal(refusal(() => logger(`log_format: { ${lower}, ${cel("")} }`)), missing);
  const switchedOn = cel(", cel_config: { enable_string_functions: true, enable_string_concat: true }");
  const { format } = logger(`log_format: { ${lower}, ${switchedOn} }`);
  assert.deepEqual(format?.kind === "text" && format.pieces, [{
    command: "CEL",
    args: ["'A'.lowerAscii()", "string_concat", "string_functions"],
    maxLength: null,
    operators: [],
  }]);
  assert.match(
    refusal(() => logger('log_format: { json_format: { a: ["%TYPED_CEL(1 +)%"] } }')),
    /^log_format\.json_format\.a\[0\]: Not able to parse expression: /,
  );
  assert.match(
    refusal(() => logger(`log_format: { text_format: x, ${cel(", cel_config: { nope: true }")} }`)),
    /cel_config.*nope/,
  );
});

Deno.test("loggers that denvoy has not are refused by name", () => {
  assert.match(
    refusal(() =>
      managerConfig(
        `access_log: [{ name: x, typed_config: { "@type": ${PACKAGE}.grpc.v3.HttpGrpcAccessLogConfig, common_config: { log_name: x, grpc_service: { envoy_grpc: { cluster_name: c } } } } }]`,
      )
    ),
    /HttpGrpcAccessLogConfig.*not supported/,
  );
});

Deno.test("filters of every kind are read", () => {
  const comparison = "comparison: { op: GE, value: { default_value: 500, runtime_key: k } }";
  const compared = { op: "GE", value: 500, runtimeKey: "k" };
  const cases: Readonly<Record<string, unknown>> = {
    [`status_code_filter: { ${comparison} }`]: { kind: "status_code", comparison: compared },
    [`duration_filter: { ${comparison} }`]: { kind: "duration", comparison: compared },
    "not_health_check_filter: {}": { kind: "not_health_check" },
    "traceable_filter: {}": { kind: "traceable" },
    "runtime_filter: { runtime_key: k }": {
      kind: "runtime",
      runtimeKey: "k",
      sampled: { numerator: 0, denominator: 100 },
      useIndependentRandomness: false,
    },
    "runtime_filter: { runtime_key: k, percent_sampled: { numerator: 5, denominator: MILLION }, use_independent_randomness: true }":
      {
        kind: "runtime",
        runtimeKey: "k",
        sampled: { numerator: 5, denominator: 1_000_000 },
        useIndependentRandomness: true,
      },
    "and_filter: { filters: [{ traceable_filter: {} }, { not_health_check_filter: {} }] }": {
      kind: "and",
      filters: [{ kind: "traceable" }, { kind: "not_health_check" }],
    },
    "or_filter: { filters: [{ traceable_filter: {} }, { and_filter: { filters: [{ traceable_filter: {} }, { traceable_filter: {} }] } }] }":
      {
        kind: "or",
        filters: [{ kind: "traceable" }, { kind: "and", filters: [{ kind: "traceable" }, { kind: "traceable" }] }],
      },
    "response_flag_filter: {}": { kind: "response_flag", flags: [] },
    "response_flag_filter: { flags: [UF, NR] }": { kind: "response_flag", flags: ["UF", "NR"] },
    "grpc_status_filter: { statuses: [OK, NOT_FOUND, 14], exclude: true }": {
      kind: "grpc_status",
      statuses: [0, 5, 14],
      exclude: true,
    },
    "metadata_filter: {}": { kind: "metadata", matcher: null, matchIfKeyNotFound: true },
    "log_type_filter: { types: [DownstreamEnd], exclude: true }": {
      kind: "log_type",
      types: ["DownstreamEnd"],
      exclude: true,
    },
  };
  for (const [filter, expected] of Object.entries(cases)) assert.deepEqual(filterOf(filter), expected, filter);
  const header = filterOf('header_filter: { header: { name: X-A, string_match: { prefix: "a" } } }');
  assert.deepEqual([header.kind, header.kind === "header" && header.header.name], ["header", "x-a"]);
  const metadata = filterOf(
    "metadata_filter: { matcher: { filter: ns, path: [{ key: a }], value: { present_match: true } }, match_if_key_not_found: false }",
  );
  assert.deepEqual(
    [
      metadata.kind === "metadata" && metadata.matcher?.path,
      metadata.kind === "metadata" && metadata.matchIfKeyNotFound,
    ],
    [["a"], false],
  );
});

Deno.test("filters are refused that say too little, or what denvoy does not know", () => {
  const refused = (filter: string) => refusal(() => filterOf(filter));
  for (
    const filter of [
      "",
      "and_filter: { filters: [{ traceable_filter: {} }] }",
      "or_filter: {}",
      "status_code_filter: {}",
      "status_code_filter: { comparison: { op: GE } }",
      "runtime_filter: {}",
      "header_filter: {}",
      "response_flag_filter: { flags: [NOPE] }",
      "grpc_status_filter: { statuses: [99] }",
      "log_type_filter: { types: [Nope] }",
      "traceable_filter: {}, not_health_check_filter: {}",
    ]
  ) assert.notEqual(refused(filter), "taken", filter);
  assert.match(
    refused(
      `extension_filter: { name: x, typed_config: { "@type": ${PACKAGE}.filters.process_ratelimit.v3.ProcessRateLimitFilter } }`,
    ),
    /^filter\.extension_filter.*ProcessRateLimitFilter.*not supported/,
  );
  assert.equal(
    refused("extension_filter: { name: x }"),
    "filter.extension_filter: Didn't find a registered implementation for 'x' with type URL: ''",
  );
});

Deno.test("an expression filter is read with its options, and its expression checked", async () => {
  await loadCel();
  const filter = (fields: string) =>
    `extension_filter: { name: cel, typed_config: { "@type": ${PACKAGE}.filters.cel.v3.ExpressionFilter, ${fields} } }`;
  assert.deepEqual(filterOf(filter('expression: "response.code >= 400"')), {
    kind: "cel",
    expression: "response.code >= 400",
    options: [],
  });
  assert.deepEqual(
    filterOf(filter("expression: \"string(1) == '1'\", cel_config: { enable_string_conversion: true }")),
    { kind: "cel", expression: "string(1) == '1'", options: ["string_conversion"] },
  );
  const refused = (expression: string) => refusal(() => filterOf(filter(`expression: ${JSON.stringify(expression)}`)));
  assert.match(
    refused("1 +"),
    /^expression: Not able to parse filter expression: /,
  );
  assert.match(refused(""), /Not able to parse filter expression: /);
  assert.match(refused("[1].all(x, true)"), /: failed to create an expression: Comprehension support is disabled$/);
});

Deno.test("times of lines come from access_log_options or from the two fields before it, not from both", () => {
  const times = (...fields: string[]) => managerConfig(...fields).accessLogTimes;
  assert.deepEqual(times(), { flushIntervalMs: 0, flushOnStart: false, flushOnTunnel: false });
  assert.deepEqual(
    times(
      "access_log_options: { access_log_flush_interval: 1.5s, flush_access_log_on_new_request: true, flush_log_on_tunnel_successfully_established: true }",
    ),
    { flushIntervalMs: 1500, flushOnStart: true, flushOnTunnel: true },
  );
  assert.deepEqual(times("access_log_flush_interval: 2s", "flush_access_log_on_new_request: true"), {
    flushIntervalMs: 2000,
    flushOnStart: true,
    flushOnTunnel: false,
  });
  const both = (field: string) => refusal(() => times("access_log_options: {}", field));
  assert.equal(
    both("access_log_flush_interval: 2s"),
    "access_log_flush_interval: Only one of access_log_flush_interval or access_log_options can be specified.",
  );
  assert.equal(
    both("flush_access_log_on_new_request: true"),
    "flush_access_log_on_new_request: Only one of flush_access_log_on_new_request or access_log_options can be specified.",
  );
  assert.equal(both("flush_access_log_on_new_request: false"), "taken");
});

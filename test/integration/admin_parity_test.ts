/**
 * The transport rules of the admin port (spec/operations.md 4) and the bodies of its small answers (6), one row a request:
 * denvoy answers as the row says, and where Envoy is at hand it is asked the same and must answer the same. `ours` is what
 * denvoy says on purpose where Envoy says otherwise.
 */
import assert from "node:assert/strict";
import { AdminReference } from "../support/admin_reference.ts";
import { startEnvoy } from "../support/envoy.ts";
import { findNeed, testStepsNeeding } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, type RawMessage } from "../support/raw_h1.ts";

const TEXT = "text/plain; charset=UTF-8";
const PLAIN = "text/plain";
const JSON_TYPE = "application/json";

interface Row {
  /** `GET /path`. */
  readonly ask: string;
  /** More lines of the head. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly status: number;
  readonly type: string;
  /** The whole body, or how it begins. */
  readonly text: string | RegExp;
  /** Denvoy's, where it differs on purpose. */
  readonly ours?: { readonly type?: string; readonly text?: string | RegExp; readonly status?: number };
}

const OK: Pick<Row, "status" | "type"> = { status: 200, type: TEXT };
const LIVE = { ...OK, text: "LIVE\n" };
const BAD = { status: 400, type: TEXT };
const UNKNOWN = { status: 404, type: TEXT, text: /^invalid path\. admin commands are:\n {2}\/: Admin home page\n/ };
const LIVENESS = "filter=%5Eserver.live$";
const FORM = "content-type: application/x-www-form-urlencoded";
const USAGE = "usage: /logging?<name>=<level> (change single level)\n" +
  "usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)\n" +
  "usage: /logging?level=<level> (change all levels)\n" +
  "usage: /logging?group=<group_name>:<level> (change group of loggers)\n" +
  "levels: trace debug info warning error critical off \n";

function notPost(method: string): Pick<Row, "status" | "type" | "text"> {
  return { status: 405, type: TEXT, text: `Method ${method} not allowed, POST required.` };
}

function loggingError(message: string): Pick<Row, "status" | "type" | "text"> {
  return { ...BAD, text: new RegExp(`^${escaped(`error: ${message}\n\n${USAGE}`)}active loggers:\n {2}a2a: `) };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const MUTATING = ["/cpuprofiler", "/heapprofiler", "/allocprofiler", "/healthcheck/fail", "/healthcheck/ok", "/logging"]
  .concat("/drain_listeners", "/quitquitquit", "/reopen_logs", "/reset_counters")
  .concat(["clear", "disable", "enable"].map((name) => `/stats/recentlookups/${name}`));

const ROWS: readonly Row[] = [
  // Paths.
  { ask: "GET /ready", ...LIVE },
  { ask: "GET //ready", ...LIVE },
  { ask: "GET /%72eady", ...LIVE },
  { ask: "GET ///%72%65ady?x=1", ...LIVE },
  { ask: "GET /ready?%", ...LIVE },
  { ask: "GET /ready/", ...UNKNOWN },
  { ask: "GET /Ready", ...UNKNOWN },
  { ask: "GET /ready%20", ...UNKNOWN },
  { ask: "GET /%2fready", ...UNKNOWN },
  { ask: "GET /stats%2Fprometheus", ...UNKNOWN },
  { ask: "GET /stats/", ...UNKNOWN },
  { ask: "GET /nowhere", ...UNKNOWN },
  { ask: "POST /nowhere", ...UNKNOWN },
  { ask: "DELETE /nowhere", ...UNKNOWN },
  { ask: "GET /tap", ...UNKNOWN },
  { ask: "GET /hystrix_event_stream", ...UNKNOWN },
  // Methods.
  { ask: "HEAD /ready", ...OK, text: "" },
  { ask: "POST /ready", ...LIVE },
  { ask: "DELETE /ready", ...LIVE },
  { ask: "PUT /ready", ...LIVE },
  ...MUTATING.flatMap((path) => [
    { ask: `GET ${path}`, ...notPost("GET") },
    { ask: `DELETE ${path}`, ...notPost("DELETE") },
  ]),
  { ask: "HEAD /quitquitquit", ...notPost("HEAD"), text: "" },
  // Queries.
  { ask: `GET /stats?${LIVENESS}`, ...OK, text: "server.live: 1\n" },
  { ask: "GET /stats?filter=%5Eserver.l%69ve$&filter=nothing", ...OK, text: "server.live: 1\n" },
  { ask: "GET /stats?filter=nothing&filter=server.live", ...OK, text: "" },
  { ask: "GET /stats?filter=server.liv+e", ...OK, text: "server.live: 1\n" },
  { ask: "GET /stats?filter=%5Eserver.liv%2Be$", ...OK, text: "server.live: 1\n" },
  { ask: "GET /stats?filter=%5Eserver.live%2B$", ...OK, text: "server.live: 1\n" },
  { ask: `GET /stats?${LIVENESS}&usedonly=0`, ...OK, text: "server.live: 1\n" },
  { ask: "GET /stats?filter=%5Eserver.debug_assertion_failures$&usedonly=0", ...OK, text: "" },
  { ask: "GET /stats?filter=%5Eserver.debug_assertion_failures$&usedonly=", ...OK, text: "" },
  { ask: "GET /stats?filter=%5Eserver.debug_assertion_failures$", ...OK, text: "server.debug_assertion_failures: 0\n" },
  { ask: `GET /stats?${LIVENESS}&format=`, ...OK, text: "server.live: 1\n" },
  { ask: `GET /stats?${LIVENESS}&type=`, ...OK, text: "server.live: 1\n" },
  { ask: `GET /stats?${LIVENESS}&type=Counters`, ...OK, text: "" },
  {
    ask: `GET /stats?${LIVENESS}&format=json`,
    status: 200,
    type: JSON_TYPE,
    text: '{"stats":[{"name":"server.live","value":1}]}',
  },
  {
    ask: `GET /stats?${LIVENESS}&format=json&pretty`,
    status: 200,
    type: JSON_TYPE,
    text: '{"stats":[{"name":"server.live","value":1}]}',
  },
  { ask: "GET /stats?filter=nothing&format=json", status: 200, type: JSON_TYPE, text: '{"stats":[]}' },
  // Refusals of /stats.
  { ask: "GET /stats?type=counters", ...BAD, text: "invalid &type= param" },
  { ask: "GET /stats?filter=%5B", ...BAD, text: "Invalid re2 regex: missing ]: [" },
  { ask: "GET /stats?hidden=showonly", ...BAD, text: "usage: /stats?hidden=(include|only|exclude)\n\n" },
  { ask: "GET /stats?format=xml", ...BAD, text: "usage: /stats?format=(html|active-html|json|prometheus|text)\n\n" },
  {
    ask: "GET /stats?histogram_buckets=x",
    ...BAD,
    text: "usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n",
  },
  {
    ask: "GET /stats?histogram_buckets=prometheusnative",
    ...BAD,
    text: "Invalid histogram_buckets type for non prometheus stats type",
  },
  // Prometheus.
  {
    ask: `GET /stats/prometheus?${LIVENESS}`,
    ...OK,
    text: "# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n",
    ours: { type: "text/plain; version=0.0.4; charset=utf-8" },
  },
  {
    ask: `GET /stats?format=prometheus&${LIVENESS}`,
    ...OK,
    text: "# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n",
    ours: { type: "text/plain; version=0.0.4; charset=utf-8" },
  },
  {
    ask: "GET /stats/prometheus?histogram_buckets=detailed",
    ...BAD,
    text: "unsupported prometheus histogram bucket mode",
  },
  {
    ask: "GET /stats/prometheus?histogram_buckets=disjoint",
    ...BAD,
    text: "unsupported prometheus histogram bucket mode",
  },
  {
    ask: "GET /stats/prometheus?histogram_buckets=prometheusnative",
    ...BAD,
    text: "unsupported prometheusnative histogram type when not using protobuf exposition format",
  },
  { ask: "GET /stats/prometheus?filter=%5B", ...BAD, text: "Invalid re2 regex: missing ]: [" },
  // Other refusals.
  { ask: "GET /clusters?filter=%5B", ...BAD, text: "Invalid re2 regex" },
  { ask: "GET /clusters?filter=nothing", ...OK, text: "" },
  { ask: "GET /clusters?filter=nothing&format=json", status: 200, type: JSON_TYPE, text: "{}\n" },
  { ask: "GET /clusters?format=xml&filter=nothing", ...OK, text: "" },
  { ask: "GET /listeners?format=xml", ...OK, text: "ingress::127.0.0.1:10000\n" },
  { ask: "GET /init_dump?mask=foo", status: 200, type: JSON_TYPE, text: "{}\n" },
  { ask: "GET /init_dump?mask=", status: 200, type: JSON_TYPE, text: "{}\n" },
  // The query of /config_dump.
  { ask: "GET /config_dump?resource=nothing", status: 404, type: PLAIN, text: "nothing not found in config dump" },
  {
    ask: "GET /config_dump?resource=dynamic_endpoint_configs",
    status: 404,
    type: PLAIN,
    text: "dynamic_endpoint_configs not found in config dump",
  },
  { ask: "GET /config_dump?resource=dynamic_endpoint_configs&include_eds", status: 200, type: JSON_TYPE, text: "{}\n" },
  {
    ask: "GET /config_dump?resource=bootstrap",
    status: 400,
    type: PLAIN,
    text: "bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field",
  },
  {
    ask: "GET /config_dump?mask=nothing",
    status: 400,
    type: PLAIN,
    text: "FieldMask nothing could not be successfully applied to any configs.",
  },
  {
    ask: "GET /config_dump?mask=static_clusters.cluster",
    status: 400,
    type: PLAIN,
    text: "FieldMask static_clusters.cluster could not be successfully applied to any configs.",
  },
  {
    ask: "GET /config_dump?name_regex=%5B",
    status: 400,
    type: PLAIN,
    text: "INVALID_ARGUMENT: Error while parsing name_regex from [: missing ]: [",
  },
  { ask: "GET /config_dump?resource=static_clusters&name_regex=we", status: 200, type: JSON_TYPE, text: "{}\n" },
  {
    ask: "GET /config_dump?resource=static_clusters&name_regex=w.b&mask=cluster.name",
    status: 200,
    type: JSON_TYPE,
    text:
      '{\n "configs": [\n  {\n   "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster",\n' +
      '   "cluster": {\n    "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",\n    "name": "web"\n   }\n  }\n ]\n}\n',
  },
  {
    ask: "GET /config_dump?mask=bootstrap.node.id",
    status: 200,
    type: JSON_TYPE,
    text: '{\n "configs": [\n  {\n   "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",\n' +
      '   "bootstrap": {\n    "node": {\n     "id": "node-1"\n    }\n   }\n  }\n ]\n}\n',
  },
  {
    ask: "GET /config_dump?resource=static_clusters&mask=nothing",
    status: 400,
    type: PLAIN,
    text: /^FieldMask [^"]*paths: "nothing"\n could not be successfully used\.$/,
  },
  {
    ask: "GET /config_dump?resource=static_endpoint_configs&include_eds&name_regex=api-.*&mask=endpoint_config.policy",
    status: 200,
    type: JSON_TYPE,
    text: /"policy": \{\n {5}"overprovisioning_factor": 140\n {4}\}/,
  },
  // Small answers.
  { ask: "GET /certs", status: 200, type: JSON_TYPE, text: '{\n "certificates": []\n}\n' },
  {
    ask: "GET /contention",
    ...OK,
    text: "Mutex contention tracing is not enabled. To enable, run Envoy with flag --enable-mutex-tracing.",
  },
  { ask: "GET /hot_restart_version", ...OK, text: "11.104", ours: { text: "disabled" } },
  { ask: "GET /memory/tcmalloc", status: 200, type: PLAIN, text: /-{48}\nMALLOC: /, ours: { text: /^-{48}\nV8: / } },
  {
    ask: "GET /stats/recentlookups",
    ...OK,
    text: /^Lookup tracking is not enabled\. Use \/stats\/recentlookups\/enable to enable\.\n\ntotal: \d+\n$/,
  },
  ...["clear", "disable"].map((name) => ({ ask: `POST /stats/recentlookups/${name}`, ...OK, text: "OK\n" })),
  ...["cpuprofiler", "cpuprofiler?enable=x", "cpuprofiler?enable=n&x=1", "cpuprofiler?enable=", "allocprofiler"]
    .map((target) => ({ ask: `POST /${target}`, ...BAD, text: "?enable=<y|n>\n" })),
  { ask: "POST /cpuprofiler?enable=y", status: 500, type: TEXT, text: "failure to start the profiler" },
  { ask: "POST /cpuprofiler?enable=n", ...OK, text: "OK\n" },
  // Levels of loggers.
  { ask: "POST /logging", ...OK, text: /^active loggers:\n {2}a2a: \w+\n(.*\n)+ {2}ip_tagging: \w+\n\n$/ },
  { ask: "POST /logging?admin=&paths=&level=", ...OK, text: /^active loggers:\n/ },
  { ask: "POST /logging?admin=debug", ...OK, text: /^active loggers:\n {2}a2a: error\n {2}admin: debug\n/ },
  { ask: "POST /logging?paths=admin:trace,aws:off", ...OK, text: / {2}admin: trace\n(.*\n)* {2}aws: off\n/ },
  { ask: "POST /logging?level=critical", ...OK, text: /^active loggers:\n {2}a2a: critical\n {2}admin: critical\n/ },
  { ask: "POST /logging?paths=admin:debug,nothing:trace", ...loggingError("unknown logger name") },
  { ask: "POST /logging?nothing=info", ...loggingError("unknown logger name") },
  { ask: "POST /logging?level=warn", ...loggingError("unknown logger level") },
  { ask: "POST /logging?admin=INFO", ...loggingError("unknown logger level") },
  { ask: "POST /logging?paths=admin", ...loggingError("empty logger name or empty logger level") },
  { ask: "POST /logging?paths=:info", ...loggingError("empty logger name or empty logger level") },
  { ask: "POST /logging?admin=info&level=info", ...loggingError("invalid number of parameters") },
  {
    ask: "POST /logging?group=admin:info",
    ...loggingError("group parameter requires fine-grain logging to be enabled"),
  },
  { ask: "POST /reopen_logs", ...OK, text: "OK\n" },
  { ask: "POST /reset_counters", ...OK, text: "OK\n" },
  {
    ask: "POST /logging",
    headers: [FORM],
    body: "admin=warning",
    ...OK,
    text: /^active loggers:\n {2}a2a: critical\n {2}admin: warning\n/,
  },
];

async function askRow(proxy: RunningProxy, { ask, headers = [], body }: Row): Promise<RawMessage> {
  const length = body === undefined
    ? ask.startsWith("P") ? ["content-length: 0"] : []
    : [`content-length: ${body.length}`];
  const lines = [`${ask} HTTP/1.1`, "host: 127.0.0.1", ...headers, ...length, "connection: close"];
  return await askRaw(proxy.adminUrl, `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`, {
    isHead: ask.startsWith("HEAD "),
  });
}

function assertRow(message: RawMessage, text: string, row: Row, who: string): void {
  const { status, type, text: wanted } = who === "denvoy" ? { ...row, ...row.ours } : row;
  assert.equal(message.status, status, `${who}: ${row.ask}: ${text.slice(0, 200)}`);
  assert.equal(message.header("content-type"), type, `${who}: ${row.ask}`);
  assert.equal(message.header("cache-control"), "no-cache, max-age=0", `${who}: ${row.ask}`);
  // Envoy says it twice where it says it by itself.
  assert.match(message.header("x-content-type-options") ?? "", /^nosniff(,nosniff)?$/, `${who}: ${row.ask}`);
  if (typeof wanted === "string") assert.equal(text, wanted, `${who}: ${row.ask}`);
  else assert.match(text, wanted, `${who}: ${row.ask}: ${text.slice(0, 300)}`);
}

/** All rows are asked, in order: some change what later ones find. */
async function assertRows(proxy: RunningProxy, reference: AdminReference, who: "denvoy" | "Envoy"): Promise<void> {
  const failures: string[] = [];
  for (const row of ROWS) {
    const message = await askRow(proxy, row);
    try {
      assertRow(message, reference.neutral(message.body, proxy), row, who);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  assert.deepEqual(failures, []);
}

testStepsNeeding("shared", "requests to the admin port are answered as by Envoy", async (t, shared) => {
  await using reference = await AdminReference.create(shared);
  await t.step("denvoy", async () => {
    await using proxy = await startProxy({ config: reference.config, args: ["--log-level", "error"] });
    await assertRows(proxy, reference, "denvoy");
  });
  const envoy = findNeed("envoy");
  await t.step({
    name: `Envoy${envoy === null ? " (skipped: not there)" : ""}`,
    ignore: envoy === null,
    async fn() {
      await using proxy = await startEnvoy(envoy!, reference.config);
      await assertRows(proxy, reference, "Envoy");
    },
  });
});

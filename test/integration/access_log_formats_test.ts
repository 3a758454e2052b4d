/**
 * Real Envoy beside denvoy: every command of a format says something of the same kind in both, and lines come for the
 * same reasons. What they say to the letter is compared in `test/oracle/area/logs.ts`.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { COMMANDS } from "../../src/config/format/command_table.ts";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, startRawOrigin } from "../support/raw_h1.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
const FLAGS = ["--file-flush-interval-msec", "5", "--file-flush-min-size-kb", "0"];

/** Stands in a configuration for the log's path. */
const LOG_FILE = "LOG_FILE";

const fileLog = (format: string) =>
  `[{ name: file, typed_config: { "@type": ${FILE_LOG}, path: ${LOG_FILE}, log_format: { ${format} } } }]`;

/** Does the same with both, each with a log file of its own, and gives back their lines. */
async function linesOfBoth(
  program: string,
  config: string,
  play: (proxy: RunningProxy, lines: () => Promise<string[]>) => Promise<void>,
): Promise<{ readonly envoy: string[]; readonly denvoy: string[] }> {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-formats-" });
  const linesOf = async (name: string, start: (config: string) => Promise<RunningProxy>) => {
    const path = `${folder}/${name}.log`;
    const lines = async () => (await Deno.readTextFile(path)).split("\n").slice(0, -1);
    await using proxy = await start(config.replaceAll(LOG_FILE, path));
    await play(proxy, lines);
    await proxy.stop();
    return await lines();
  };
  try {
    return {
      envoy: await linesOf("envoy", (config) => startEnvoy(program, config, FLAGS)),
      denvoy: await linesOf("denvoy", (config) => startProxy({ config, args: FLAGS })),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Arguments of commands that need some, or say more with them. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  REQ: ["user-agent?x-none", ":path", ":scheme", ":protocol"],
  RESP: ["content-length", ":status", "x-none"],
  QUERY_PARAM: ["a"],
  PATH: ["NQ", "WQ:ORIG", "NQ:PATH"],
  REQUESTED_SERVER_NAME: ["HOST_FIRST", "SNI_FIRST:ORIG"],
  GRPC_STATUS: ["CAMEL_STRING", "SNAKE_STRING", "NUMBER"],
  START_TIME: ["", "%s.%3f", "%s%9f", "%Y-%m-%d %c %E3S"],
  EMIT_TIME: ["", "%s"],
  COMMON_DURATION: [
    ...[
      "DS_RX_BEG:DS_RX_END",
      "DS_RX_BEG:US_TX_BEG",
      "DS_RX_BEG:US_TX_END",
      "DS_RX_BEG:US_RX_BEG",
      "DS_RX_BEG:US_RX_END",
    ],
    ...["DS_RX_BEG:US_RX_BODY_BEG", "DS_RX_BEG:DS_TX_BEG:us", "DS_RX_BEG:DS_TX_END:ns", "US_CX_BEG:US_CX_END:us"],
    ...[
      "US_CX_END:US_HS_END",
      "DS_CX_BEG:DS_RX_BEG",
      "DS_CX_BEG:DS_CX_END",
      "nothing:DS_RX_BEG",
    ],
  ],
  DYNAMIC_METADATA: ["ns:key"],
  CLUSTER_METADATA: ["ns:key"],
  UPSTREAM_METADATA: ["ns:key"],
  METADATA: ["ROUTE:ns:key", "LISTENER:ns:key", "VIRTUAL_HOST:ns", "CLUSTER:ns:key"],
  FILTER_STATE: ["a", "a:PLAIN"],
  UPSTREAM_FILTER_STATE: ["a"],
  ENVIRONMENT: ["PATH", "DENVOY_NOT_SET"],
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ["", "8"],
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ["", "31"],
  CEL: ["request.path", "request.duration >= duration('0s')", "response.code", "upstream.address", "xds.route_name"],
  TYPED_CEL: ["request.total_size", "response.total_size", "upstream.port", "xds.route_metadata", "source.port"],
  COALESCE: ['{"operators":[{"command":"REQ","param":"x-none"},"UPSTREAM_CLUSTER","RESPONSE_CODE"]}'],
};

/** Every command, each as often as it has arguments worth trying. */
const FORMATS: readonly string[] = [...COMMANDS].flatMap(([name, { parameters }]) =>
  (ARGUMENTS[name] ?? [parameters === "required" ? "a" : ""]).map((args) =>
    args === "" ? `%${name}%` : `%${name}(${args})%`
  )
);

const HOST = "host: a.test\r\nuser-agent: test\r\n";
const REQUESTS: Readonly<Record<string, string>> = {
  "forwarded": `GET /x?a=b HTTP/1.1\r\n${HOST}\r\n`,
  "with a body": `POST /x HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  "answered by the proxy": `GET /direct HTTP/1.1\r\n${HOST}\r\n`,
  "rewritten": `GET /old/x?a=b HTTP/1.1\r\n${HOST}\r\n`,
  "to a host that does not listen": `GET /dead HTTP/1.1\r\n${HOST}\r\n`,
  "to a cluster without hosts": `GET /none HTTP/1.1\r\n${HOST}\r\n`,
  "of gRPC": `POST /x HTTP/1.1\r\n${HOST}content-type: application/grpc\r\ncontent-length: 0\r\n\r\n`,
  "without a host": "GET /x HTTP/1.1\r\n\r\n",
  "that is malformed": "GET /x HTTP/1.1\r\na b: c\r\n\r\n",
};

/** Its type, of a string what it looks like: ids and digits are all alike. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "string") return typeof value;
  return JSON.stringify(value.length > 60 ? "long" : value.replace(/[0-9a-f-]{36}/g, "id").replace(/\d+/g, "0"));
}

testNeeding("envoy", `all ${FORMATS.length} commands say the same kind of thing as Envoy's`, async (program) => {
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      await connection.readMessage();
      await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    }
  });
  const fields = FORMATS.map((format, i) => `k${i}: ${JSON.stringify(format)}`);
  const config = bootstrap({
    managerFields: [`access_log: ${fileLog(`json_format: { ${fields.join(", ")} }`)}`],
    listenerFields: ["metadata: { filter_metadata: { ns: { key: 1 } } }"],
    routes: [
      directRoute("/direct", "direct"),
      "{ match: { prefix: /dead }, route: { cluster: dead } }",
      "{ match: { prefix: /none }, route: { cluster: none } }",
      "{ match: { prefix: /old }, route: { cluster: origin, prefix_rewrite: /new }, name: old, metadata: { filter_metadata: { ns: { key: [a] } } } }",
      "{ match: { prefix: / }, route: { cluster: origin } }",
    ],
    clusters: { origin: [origin.port], dead: [1], none: [] },
    clusterFields: ["metadata: { filter_metadata: { ns: { key: { b: c } } } }"],
  });
  const { envoy, denvoy } = await linesOfBoth(program, config, async (proxy, lines) => {
    for (const [index, request] of Object.values(REQUESTS).entries()) {
      await askRaw(proxy.listenerUrl("web"), request);
      await proxy.until(`line ${index}`, async () => (await lines()).length > index);
    }
  });
  const kinds = (line: string) => {
    const values = JSON.parse(line) as Record<string, unknown>;
    return Object.fromEntries(FORMATS.map((format, i) => [format, kindOf(values[`k${i}`])]));
  };
  for (const [index, request] of Object.keys(REQUESTS).entries()) {
    assert.deepEqual(kinds(denvoy[index]!), kinds(envoy[index]!), `a request ${request}`);
  }
});

testNeeding("envoy", "lines of a long stream, of its try and of its connection come as Envoy's do", async (program) => {
  let finish: () => void = () => {};
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    await new Promise<void>((resolve) => finish = resolve);
    await connection.send("cd");
    await connection.readToEnd();
  });
  const log = fileLog(
    'text_format_source: { inline_string: "%ACCESS_LOG_TYPE% %RESPONSE_CODE% %BYTES_SENT% %BYTES_RECEIVED% %PROTOCOL%\\n" }',
  );
  const config = bootstrap({
    managerFields: [
      `access_log: ${log}`,
      "access_log_options: { access_log_flush_interval: 0.05s, flush_access_log_on_new_request: true }",
    ],
    routerFields: [
      "suppress_envoy_headers: true",
      `upstream_log: ${log}`,
      "upstream_log_options: { upstream_log_flush_interval: 0.05s, flush_upstream_log_on_upstream_stream: true }",
    ],
    listenerFields: [`access_log: ${log}`],
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  const { envoy, denvoy } = await linesOfBoth(program, config, async (proxy, lines) => {
    const client = await connectRaw(proxy.listenerUrl("web"));
    await client.send(`GET /x HTTP/1.1\r\n${HOST}\r\n`);
    await client.readHead();
    const count = async (type: string) => (await lines()).filter((line) => line.startsWith(`${type} 200 `)).length;
    for (const type of ["DownstreamPeriodic", "UpstreamPeriodic"]) {
      await proxy.until(`two lines of ${type}`, async () => await count(type) > 1);
    }
    finish();
    await client.read(4);
    client.close();
    await proxy.until("the connection's line", async () => (await lines()).some((line) => line.startsWith("NotSet")));
  });
  // How many periods there were, and which of the two lines of one came first, is no matter; nor how fast the answer was.
  const told = (lines: string[]) => [...new Set(lines)].filter((line) => !/Periodic 0 /.test(line)).sort();
  assert.deepEqual(told(denvoy), told(envoy));
  assert.deepEqual(told(denvoy).map((line) => line.split(" ")[0]), [
    ...["DownstreamEnd", "DownstreamPeriodic", "DownstreamStart", "NotSet"],
    ...["UpstreamEnd", "UpstreamPeriodic", "UpstreamPoolReady"],
  ]);
});

testNeeding("envoy", "a client's reset is told from its goodbye as Envoy tells it", async (program) => {
  const log = fileLog(
    'text_format_source: { inline_string: "%ACCESS_LOG_TYPE% %DOWNSTREAM_DETECTED_CLOSE_TYPE% %BYTES_RECEIVED%\\n" }',
  );
  const config = bootstrap({ listenerFields: [`access_log: ${log}`], routes: [directRoute("/", "hi")] });
  const { envoy, denvoy } = await linesOfBoth(program, config, async (proxy, lines) => {
    const url = new URL(proxy.listenerUrl("web"));
    for (const [index, how] of (["end", "resetAndDestroy"] as const).entries()) {
      const socket = connect(Number(url.port), url.hostname);
      socket.on("error", () => {});
      socket.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
      await new Promise((resolve) => socket.once("data", resolve));
      socket[how]();
      await proxy.until(`line ${index}`, async () => (await lines()).length > index);
      socket.destroy();
    }
  });
  assert.deepEqual(denvoy, envoy);
  assert.deepEqual(denvoy.map((line) => line.split(" ")[1]), ["Normal", "RemoteReset"]);
});

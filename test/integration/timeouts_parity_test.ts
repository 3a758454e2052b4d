/**
 * Real Envoy goes through the rows that `src/proxy/timeouts_test.ts` holds denvoy to: a listener, a cluster and an
 * origin each, all at the same time, with the seconds that their configuration says.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { TIMEOUT_CASES, type TimeoutCase, WATCHED_COUNTERS } from "../../src/proxy/timeout_cases.ts";
import { PRECEDENCE_CASES, timeoutHeadersIn } from "../../src/proxy/timeout_precedence_cases.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import type { RunningProxy } from "../support/proxy.ts";
import { connectRaw, type RawConnection, type RawOrigin, startRawOrigin } from "../support/raw_h1.ts";
import { SilentHost } from "../support/silent_host.ts";

const TYPE = "type.googleapis.com/envoy.extensions";
const MANAGER = `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`;

/**
 * A row's timeouts are at least half a second apart, and which of them ended it is the question. Envoy's timers count from
 * when its loop last looked at the clock: with every row at work that is before the bytes which started them were read.
 */
const TIMER_SLACK_MS = 250;

/** What both tables' rows have. */
type Row = Pick<TimeoutCase, "name" | "settings" | "script" | "afterMs">;

for (const hasDeadlineFeature of [false, true]) {
  const cases = TIMEOUT_CASES.filter(({ settings }) => (settings.hasDeadlineFeature ?? false) === hasDeadlineFeature);
  const what = hasDeadlineFeature ? "that ask for gRPC's DEADLINE_EXCEEDED" : "of timeouts";
  testNeeding("envoy", `Envoy agrees with all ${cases.length} rows ${what}`, async (program) => {
    await using show = await Show.start(program, cases, hasDeadlineFeature);
    const seen = await show.run();
    // A stream's end is counted after its log line.
    let disagreements = {};
    for (let look = 0; look < 10; look++) {
      const figures = `${await show.envoy.admin("/stats")}${await show.envoy.admin("/clusters")}`;
      const found = seen.map(({ answer, log }, index) => ({
        answer,
        log,
        counters: show.stages[index]!.countersIn(figures),
      }));
      disagreements = disagreementsOf(cases, found, cases.map(({ outcome }) => outcome));
      if (Object.keys(disagreements).length === 0) break;
    }
    assert.deepEqual(disagreements, {});
  });
}

testNeeding("envoy", `Envoy agrees with all ${PRECEDENCE_CASES.length} rows of precedence`, async (program) => {
  await using show = await Show.start(program, PRECEDENCE_CASES, false);
  const found = (await show.run()).map(({ log, forwarded }, index) => {
    const wanted = PRECEDENCE_CASES[index]!;
    // A stream that ends at once may end before its request has found a connection.
    return { log, forwarded: forwarded ?? (wanted.afterMs === 0 ? wanted.forwarded : null) };
  });
  const wanted = PRECEDENCE_CASES.map(({ log, forwarded }) => ({ log, forwarded }));
  assert.deepEqual(disagreementsOf(PRECEDENCE_CASES, found, wanted), {});
});

/** By name: what Envoy says and what is in the table. */
function disagreementsOf(rows: readonly Row[], found: readonly unknown[], wanted: readonly unknown[]): object {
  const differing = rows.flatMap(({ name }, index) =>
    isDeepStrictEqual(found[index], wanted[index])
      ? []
      : [[name, { envoySays: found[index], wanted: wanted[index] }] as const]
  );
  return Object.fromEntries(differing);
}

/** An Envoy that has every row, and their origins. */
class Show implements AsyncDisposable {
  readonly envoy: RunningProxy;
  readonly stages: readonly Stage[];
  readonly #resources: AsyncDisposableStack;

  private constructor(envoy: RunningProxy, stages: readonly Stage[], resources: AsyncDisposableStack) {
    this.envoy = envoy;
    this.stages = stages;
    this.#resources = resources;
  }

  static async start(program: string, rows: readonly Row[], hasDeadlineFeature: boolean): Promise<Show> {
    await using resources = new AsyncDisposableStack();
    const silent = resources.use(await SilentHost.start());
    const stages = rows.map((row, index) => resources.use(new Stage(row, index)));
    const config = configFor(stages, silent.port, hasDeadlineFeature);
    const envoy = resources.use(await startEnvoy(program, config, ["--file-flush-interval-msec", "10"]));
    return new Show(envoy, stages, resources.move());
  }

  run(): Promise<Seen[]> {
    return Promise.all(this.stages.map((stage) => stage.run(this.envoy)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

/** What came of a row. */
interface Seen {
  readonly answer: string;
  readonly log: string;
  readonly forwarded: Readonly<Record<string, string>> | null;
}

/** One row's origin and what comes of it. */
class Stage implements AsyncDisposable {
  readonly one: Row;
  readonly name: string;
  #head: string | null = null;
  readonly #asked = Promise.withResolvers<RawConnection>();
  readonly #origin: RawOrigin;

  constructor(one: Row, index: number) {
    this.one = one;
    this.name = `row_${index}`;
    this.#origin = startRawOrigin(async (connection) => {
      this.#head = await connection.readHead();
      this.#asked.resolve(connection);
      await connection.readToEnd();
    });
  }

  get originPort(): number {
    return this.#origin.port;
  }

  /** Plays the script. */
  async run(envoy: RunningProxy): Promise<Seen> {
    await using client = await connectRaw(envoy.listenerUrl(this.name));
    let head = "", startMs = 0;
    for (const [who, text] of this.one.script) {
      startMs = performance.now();
      if (who === "client") await client.send(text);
      else await (await this.#asked.promise).send(text);
      if (who === "origin" && text.startsWith("HTTP/1.1 200")) head = await client.readHead() + await client.read(5);
    }
    const answer = await readAnswer(client, head);
    const elapsedMs = performance.now() - startMs;
    assert.ok(elapsedMs >= this.one.afterMs - TIMER_SLACK_MS, `${this.one.name} ended after ${elapsedMs} ms`);
    await envoy.untilPrinted(new RegExp(`^${this.name} .*\n`, "m"));
    const log = new RegExp(`^${this.name} (.*)$`, "m").exec(envoy.stdout())![1]!;
    return { answer, log, forwarded: this.#head === null ? null : timeoutHeadersIn(this.#head) };
  }

  /** The row's counters that are not 0, from the texts of `/stats` and `/clusters`. */
  countersIn(figures: string): Record<string, number> {
    const found: Record<string, number> = {};
    const note = (name: string, line: RegExp) => {
      const value = Number(line.exec(figures)?.[1] ?? 0);
      if (value !== 0) found[name] = value;
    };
    for (const group of ["http", "cluster"] as const) {
      for (const name of WATCHED_COUNTERS[group]) {
        note(name, new RegExp(`^${group}\\.${this.name}\\.${name}: (\\d+)$`, "m"));
      }
    }
    for (const name of WATCHED_COUNTERS.host) {
      note(name, new RegExp(`^${this.name}::127\\.0\\.0\\.1:\\d+::${name}::(\\d+)$`, "m"));
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#origin[Symbol.asyncDispose]();
  }
}

/** In the words of {@link TimeoutCase}. `head`: what of the response is read already. */
async function readAnswer(client: RawConnection, head: string): Promise<string> {
  if (head !== "") return await client.readToEnd() === "" ? "cut" : "whole";
  const { status, header, body } = await client.readMessage();
  const closing = header("connection") === "close" ? ", closing" : "";
  const grpcStatus = header("grpc-status");
  return (grpcStatus === null ? `${status} ${body}` : `grpc ${grpcStatus} ${header("grpc-message") ?? ""}`) + closing;
}

function configFor(stages: readonly Stage[], silentPort: number, hasDeadlineFeature: boolean): string {
  const runtime = { "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded": hasDeadlineFeature };
  return [
    "admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }",
    `layered_runtime: { layers: [{ name: rows, static_layer: ${JSON.stringify(runtime)} }] }`,
    "static_resources:",
    "  listeners:",
    ...stages.flatMap(listenerLines),
    "  clusters:",
    ...stages.flatMap((stage) => clusterLines(stage, silentPort)),
  ].join("\n");
}

function listenerLines({ name, one }: Stage): string[] {
  const { manager = [], router = [], virtualHost = "", route = "", sets = {} } = one.settings;
  const format = `${name} %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\\n`;
  const log = `{ "@type": ${TYPE}.access_loggers.stream.v3.StdoutAccessLog, ` +
    `log_format: { text_format_source: { inline_string: "${format}" } } }`;
  const mutations = Object.entries(sets).map(([key, value]) =>
    `{ append: { header: { key: ${key}, value: "${value}" } } }`
  );
  const setter = `{ name: sets, typed_config: { "@type": ${TYPE}.filters.http.header_mutation.v3.HeaderMutation, ` +
    `mutations: { request_mutations: [${mutations.join(", ")}] } } }`;
  const terminal = `{ name: router, typed_config: { "@type": ${TYPE}.filters.http.router.v3.Router, ` +
    `${router.join(", ")} } }`;
  return [
    `  - name: ${name}`,
    "    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }",
    "    filter_chains:",
    "    - filters:",
    "      - name: hcm",
    "        typed_config:",
    `          "@type": ${MANAGER}`,
    `          stat_prefix: ${name}`,
    "          delayed_close_timeout: 0.05s",
    ...manager.map((line) => `          ${line}`),
    `          access_log: [{ name: log, typed_config: ${log} }]`,
    `          http_filters: [${mutations.length > 0 ? `${setter}, ` : ""}${terminal}]`,
    "          route_config:",
    `            virtual_hosts: [{ name: all, domains: ["*"], ${
      virtualHost === "" ? "" : `${virtualHost}, `
    }routes: [` +
    `{ match: { prefix: / }, route: { cluster: ${name}, ${route} } }] }]`,
  ];
}

function clusterLines({ name, one, originPort }: Stage, silentPort: number): string[] {
  const { cluster = [], isHostSilent = false } = one.settings;
  const port = isHostSilent ? silentPort : originPort;
  return [
    `  - name: ${name}`,
    ...cluster.map((line) => `    ${line}`),
    `    load_assignment: { cluster_name: ${name}, endpoints: [{ lb_endpoints: [{ endpoint: ` +
    `{ address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } } }] }] }`,
  ];
}

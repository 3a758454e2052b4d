/**
 * Health checks of one cluster in memory: a hand-driven clock, a network that moves bytes when it is told to, hosts that
 * answer as a script says, and a book of flags, results and log lines. Tests read as scripts: add, answer, advance, look.
 */
import assert from "node:assert/strict";
import { latin1Bytes } from "../../src/base/ascii.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { SILENT_LOGGER } from "../../src/base/log.ts";
import { Random } from "../../src/base/random.ts";
import type { ClusterConfig, EndpointConfig } from "../../src/config/cluster_config.ts";
import { flagNames } from "../../src/config/host_health.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import type { RuntimeRecord } from "../../src/config/runtime_layers.ts";
import { ControlHost } from "../../src/control/cluster/control_host.ts";
import { ActiveHealthChecks } from "../../src/control/health/active_health_checks.ts";
import { startFlags } from "../../src/control/health/check_target.ts";
import type { CheckResult, HealthCheckContext } from "../../src/control/health/health_check_context.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import type { StatDefinitions } from "../../src/observe/stats/definitions.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { MemoryNetwork } from "../../src/transport/memory/network.ts";
import type { Dialer } from "../../src/transport/transport.ts";
import { Peer } from "./data_path.ts";
import { formatContext } from "./stream_views.ts";
import { KeptLogs } from "./kept_lines.ts";

/** What most tests do not care about. */
export const TIMES =
  "timeout: 1s, interval: 10s, no_traffic_interval: 10s, unhealthy_threshold: 2, healthy_threshold: 2";

/** A cluster `web` with these health checks and further fields, as YAML; endpoints without an address of their own. */
export function checkedCluster(
  checks: string,
  fields: readonly string[] = [],
  endpoints: string[] = [],
): ClusterConfig {
  const text = `
static_resources:
  clusters:
  - name: web
    health_checks: [${checks}]
${fields.map((field) => `    ${field}\n`).join("")}    load_assignment:
      cluster_name: web
      endpoints: [{lb_endpoints: [${endpoints.map((endpoint) => `{endpoint: ${endpoint}}`).join(", ")}]}]
`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot.clusters[0]!;
}

/** An endpoint of such a cluster. */
export function endpointAt(port: number, fields = ""): string {
  return `{address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}${fields === "" ? "" : `, ${fields}`}}`;
}

/** What a stage may be given beside its checks. */
export interface StageOptions {
  readonly fields?: readonly string[];
  /** Endpoints as YAML; one at port 80 unless given. */
  readonly endpoints?: string[];
  readonly runtime?: RuntimeRecord;
  readonly pieceBytes?: number;
  readonly ignoresNewHosts?: boolean;
  /** Instead of the network in memory. */
  readonly makeDialer?: (loop: EventLoop) => Dialer;
}

export class HealthStage {
  readonly clock: ManualClock = new ManualClock();
  readonly loop: EventLoop;
  readonly network: MemoryNetwork;
  readonly config: ClusterConfig;
  readonly checks: ActiveHealthChecks;
  readonly hosts: readonly ControlHost[];
  readonly results: CheckResult[] = [];
  /** Ids of hosts whose first result is in: 1, 2, 3 in the order of the configuration. */
  readonly first: number[] = [];
  /** Connections in the order in which they were made. */
  readonly peers: Peer[] = [];
  readonly logs: KeptLogs = new KeptLogs();
  readonly runtime: RuntimeValues;
  hasHadTraffic = false;
  /** Called with every change of flags. */
  onFlags: (host: ControlHost) => void = () => {};
  readonly #answers = new Map<Peer, (received: string) => string | null>();
  readonly #names: string[] = [];
  /** When the timers want to be looked at. */
  #wakeAtMs = Infinity;
  readonly #store: StatStore;

  constructor(checks: string, options: StageOptions = {}) {
    const { endpoints = [endpointAt(80)], fields = [], ignoresNewHosts = false } = options;
    const bug = (error: unknown) => {
      throw error;
    };
    const alarm = {
      wakeIn: (delayMs: number) => void (this.#wakeAtMs = this.clock.nowMs + delayMs),
      silence: () => void (this.#wakeAtMs = Infinity),
    };
    this.loop = new EventLoop({ clock: this.clock, alarm, onBug: bug });
    const { pieceBytes } = options;
    this.network = new MemoryNetwork(this.loop, pieceBytes === undefined ? {} : { pieceBytes });
    this.#store = new StatStore((batch: StatDefinitions) => this.#names.push(...batch.stats.map(({ name }) => name)));
    this.runtime = new RuntimeValues(options.runtime);
    this.config = checkedCluster(checks, fields, endpoints);
    const context: HealthCheckContext = {
      loop: this.loop,
      dialer: options.makeDialer?.(this.loop) ?? this.network,
      random: new Random(7),
      runtime: this.runtime,
      formats: formatContext({ clock: this.clock }),
      stats: this.#store.scope("cluster.web"),
      eventLogs: this.logs,
      log: SILENT_LOGGER,
      watcher: {
        changeFlags: (host, set, cleared) => {
          host.flags = host.flags & ~cleared | set;
          this.onFlags(host);
        },
      },
      hasHadTraffic: () => this.hasHadTraffic,
    };
    this.checks = new ActiveHealthChecks(this.config, context, {
      onFirstResult: (host) => void this.first.push(host.id),
      onResult: (_host, result) => void this.results.push(result),
    });
    this.hosts = this.config.assignment.endpoints.map((endpoint, index) =>
      new ControlHost(index + 1, index, endpoint, startFlags(this.config.healthChecks, endpoint, ignoresNewHosts), 0)
    );
  }

  /** Somebody listens at this port; with an answer, everything that is received is answered so. */
  listen(port = 80, answer: ((received: string) => string | null) | null = null): void {
    this.network.listen({ kind: "ip", host: "127.0.0.1", port }, (connection) => {
      const peer = new Peer(connection, this.loop);
      this.peers.push(peer);
      if (answer !== null) this.#answers.set(peer, answer);
    });
  }

  /** Begins to check all hosts. */
  start(): void {
    for (const host of this.hosts) this.checks.add(host);
    this.deliver();
  }

  /** Moves bytes until nothing moves; who answers by itself has answered. */
  deliver(): void {
    do {
      this.network.deliverAll();
      for (const [peer, answer] of this.#answers) {
        const reply = peer.received === "" ? null : answer(peer.received);
        if (reply === null) continue;
        peer.received = "";
        peer.send(reply);
      }
    } while (this.network.deliver());
  }

  /** Time goes by; timers fire when they are due, and bytes move after each. */
  advance(byMs: number): void {
    const endMs = this.clock.nowMs + byMs;
    while (this.clock.nowMs < endMs) {
      this.clock.advance(Math.max(0, Math.min(this.#wakeAtMs, endMs) - this.clock.nowMs));
      if (this.clock.nowMs >= this.#wakeAtMs) this.loop.tick();
      this.deliver();
    }
  }

  /** The connection made last. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    assert.ok(peer !== undefined, "nobody has connected");
    return peer;
  }

  /** The peer of the last connection answers with a head of this status, and these lines and body. */
  answer(status: number, lines = "", body = ""): void {
    this.peer.take();
    this.peer.send(`HTTP/1.1 ${status} x\r\ncontent-length: ${body.length}\r\n${lines}\r\n${body}`);
    this.deliver();
  }

  /** Flags of the first host as `/clusters` has them. */
  get flags(): string {
    return flagNames(this.hosts[0]!.flags).join(" ") || "healthy";
  }

  /** A counter or gauge under `cluster.web.`. */
  stat(name: string): number {
    const handle = this.#store.find(`cluster.web.${name}`);
    assert.ok(handle !== undefined && "value" in handle, `there is no stat ${name}`);
    return handle.value;
  }

  /** Values that are not 0 of the counters of the check, by name. */
  get counts(): Record<string, number> {
    this.#store.flushDefinitions();
    const prefix = "cluster.web.health_check.";
    const names = this.#names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    const values = names.map((name): [string, number] => [name, this.stat(`health_check.${name}`)]);
    return Object.fromEntries(values.filter(([, value]) => value !== 0));
  }

  /** Ends everything: nothing is left behind. */
  end(): void {
    this.checks.close();
    for (const peer of this.peers) peer.close("abort");
    this.deliver();
    assert.equal(this.loop.timers.armedCount, 0, "timers are left");
    assert.equal(this.loop.blocks.onLoan, 0, "blocks are left");
    assert.deepEqual(this.network.pairs.filter(({ near, far }) => !near.isClosed || !far.isClosed), []);
    const gauges = Object.keys(this.counts).filter((name) => /(?:healthy|degraded)$/.test(name));
    assert.deepEqual(gauges, [], "hosts are still counted");
  }
}

/** The port of an endpoint. */
export function portOf({ address }: EndpointConfig): number {
  assert.ok(address.kind === "ip");
  return address.port;
}

/** Text as hexadecimal, for payloads. */
export function hex(text: string): string {
  return Array.from(latin1Bytes(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

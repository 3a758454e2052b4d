/**
 * The control side of a process whose time is turned by hand and whose sources of configuration say what a test says, when
 * it says so, or nothing at all. All that stands between is the real thing, health checks over real sockets too.
 *
 * ```ts
 * await using control = new ToldControl({ dynamic_resources: { cds_config: SILENT } });
 * const started = control.start();
 * control.loop.pass(1000);                       // and the wait for CDS is over
 * await started;
 * ```
 */
import assert from "node:assert/strict";
import { Loggers } from "../../src/base/log.ts";
import type { ConfigProblem } from "../../src/base/errors.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { ResourceType } from "../../src/config/load_resource.ts";
import { ControlSide } from "../../src/control/control_side.ts";
import type { Unready } from "../../src/control/timeline.ts";
import { TimedSubscription } from "../../src/control/xds/timed_subscription.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { ScriptedWorkers } from "./control_listeners.ts";
import type { Fields } from "./dynamic_files.ts";
import { HandLoop } from "./resource_files.ts";
import { type ToldSubscription, ToldSubscriptions } from "./told_subscription.ts";

/** A source that a test speaks for, and is waited for one second. */
export const TOLD: Fields = toldSource("told", "1s");

/** Another one, by its path. */
export function toldSource(path: string, initial_fetch_timeout: string): Fields {
  return { path_config_source: { path: `/${path}` }, initial_fetch_timeout, resource_api_version: "V3" };
}

export class ToldControl implements AsyncDisposable {
  readonly loop = new HandLoop();
  readonly book = new StatBook();
  readonly side: ControlSide;
  readonly #told = new ToldSubscriptions();

  /** `bootstrap`: its fields. */
  constructor(bootstrap: Fields) {
    const text = JSON.stringify({ node: { id: "test", cluster: "test" }, ...bootstrap });
    const { loop, book } = this, pathExists = () => true;
    this.side = new ControlSide(loadBootstrap({ file: { text, fileName: "bootstrap.json" } }, { pathExists }), {
      concurrency: 1,
      stats: book,
      loggers: new Loggers(() => {}, 0, [], false),
      send: () => {},
      resources: { pathExists },
      fileFlushIntervalMs: 1000,
      fileFlushMinBytes: 65536,
      drainTimeMs: 600_000,
      tolerateUnknownExtensions: false,
      unknownDynamicFields: "warn",
      surroundings: {
        loop,
        subscribe: (source, messageName, stats, watcher) =>
          new TimedSubscription(
            { timeoutMs: source.initialFetchTimeoutMs, messageName },
            loop,
            stats,
            watcher,
            (timed) => this.#told.subscribe(source, messageName, stats, timed),
          ),
      },
    });
  }

  /** All clusters are up. */
  async start(): Promise<void> {
    await this.side.start();
  }

  /** And all listeners. */
  async listen(): Promise<void> {
    await this.side.listen(new ScriptedWorkers());
  }

  /** The open subscriptions to resources of that message, with the names that they ask for. */
  subscriptions(messageName: string): readonly ToldSubscription[] {
    return this.#told.made.filter((one) => one.messageName === messageName && one.names !== null && !one.isClosed);
  }

  /** CDS brings these and no others. Returns what is said of them. */
  clusters(...clusters: readonly Fields[]): ConfigProblem[] | null {
    return this.#bring(ResourceType.cluster, "", clusters);
  }

  /** LDS does. */
  listeners(...listeners: readonly Fields[]): ConfigProblem[] | null {
    return this.#bring(ResourceType.listener, "", listeners);
  }

  /** The newest cluster object that asks for the service is told that it has hosts on these ports. */
  hosts(service: string, ...ports: readonly number[]): ConfigProblem[] | null {
    const lb_endpoints = ports.map((port_value) => ({
      endpoint: { address: { socket_address: { address: "127.0.0.1", port_value } } },
    }));
    return this.#bring(ResourceType.endpoints, service, [{ cluster_name: service, endpoints: [{ lb_endpoints }] }]);
  }

  /** What is not ready: kind, name and phase, and of each wait its kind, subject, and how long it takes and may take. */
  get waits(): string[] {
    const nowMs = this.loop.clock.wallMs();
    const since = (ms: number) => `${(nowMs - ms) / 1000}s`;
    const until = (ms: number | null) => ms === null ? "for ever" : `${(ms - nowMs) / 1000}s more`;
    return this.side.unready().flatMap(({ kind, name, phase, waits }: Unready) =>
      waits.map((wait) =>
        `${kind} ${name} ${phase}: ${wait.kind} ${wait.subject} of ${wait.source || "its hosts"}, ` +
        `${since(wait.sinceMs)} so far, ${until(wait.untilMs)}`
      )
    );
  }

  stat(name: string): number {
    return this.book.valueOf(name);
  }

  /** What workers would have: ports of the hosts by cluster. */
  get served(): Record<string, number[]> {
    const { publisher } = this.side;
    publisher.flush();
    return Object.fromEntries(
      publisher.state.everything().clusters.map(({ config, hosts }) => [
        config.name,
        hosts.map(({ endpoint: { address } }) => address.kind === "ip" ? address.port : 0),
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.side.close();
    assert.equal(this.side.armedTimers, 0, "timers are left");
    assert.equal(this.#told.made.filter(({ isClosed }) => !isClosed).length, 0, "subscriptions are left open");
  }

  #bring(messageName: string, name: string, resources: readonly Fields[]): ConfigProblem[] | null {
    const subscription = this.subscriptions(messageName).findLast(({ names }) => (names?.[0] ?? "") === name);
    assert.ok(subscription !== undefined, `nobody asks for ${messageName} ${name}`);
    let problems: ConfigProblem[] | null = null;
    this.loop.runEvent(() => {
      // The braces are the resource's.
      problems = subscription.bring(...resources.map((fields) => JSON.stringify(fields).slice(1, -1)));
    });
    return problems;
  }
}

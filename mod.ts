/**
 * denvoy: an L7 proxy that takes Envoy's configuration as it is. Run as a program this is the command line; imported, it
 * runs proxies inside another program.
 *
 * ```ts
 * import { runProxy } from "./mod.ts";
 *
 * await using proxy = await runProxy({
 *   config: `
 *     static_resources:
 *       listeners:
 *       - name: web
 *         address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
 *         filter_chains:
 *         - filters:
 *           - name: envoy.filters.network.http_connection_manager
 *             typed_config:
 *               "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
 *               stat_prefix: web
 *               route_config:
 *                 virtual_hosts:
 *                 - name: all
 *                   domains: ["*"]
 *                   routes:
 *                   - match: { prefix: / }
 *                     direct_response: { status: 200, body: { inline_string: hello } }
 *               http_filters:
 *               - name: envoy.filters.http.router
 *                 typed_config:
 *                   "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
 *   `,
 *   concurrency: 1,
 * });
 * const response = await fetch(`http://${proxy.listeners.get("web")![0]}/`);
 * console.log(await response.text()); // hello
 * ```
 *
 * @module
 */

import { withCel } from "./src/base/cel/cel.ts";
import { ConfigError, type ConfigProblem } from "./src/base/errors.ts";
import { LOGGER_NAMES, Loggers, LogLevel, logLevelOf, type LogRecord } from "./src/base/log.ts";
import { readBootstrap } from "./src/main/bootstrap_file.ts";
import { defaultOptions, type Options } from "./src/main/flags.ts";
import { runCommandLine } from "./src/main/main.ts";
import {
  checkRoutes as checkRouteFiles,
  type FileProblem,
  type RouteCheckResult,
  type RouteTestResult,
  type UntestedRoute,
} from "./src/main/route_check/check_routes.ts";
import { Server } from "./src/main/server.ts";
import { addressText } from "./src/base/address_text.ts";

export type { ConfigProblem, FileProblem, LogRecord, RouteCheckResult, RouteTestResult, UntestedRoute };

/** What to run, and how. At least one of `config` and `configPath` is needed. */
export interface ProxyOptions {
  /** The bootstrap as YAML or JSON text; merged over the file when both are given. */
  readonly config?: string;
  /** Path of the bootstrap file: `.yaml`, `.yml` or `.json`. */
  readonly configPath?: string;
  /** Workers; one per hardware thread unless given. */
  readonly concurrency?: number;
  /** `trace` to `critical`, or `off`, which is the default. */
  readonly logLevel?: string;
  /** Takes log records; without it nothing is logged. */
  readonly onLog?: (record: LogRecord) => void;
  /** Fields and extensions that Envoy has and denvoy lacks are left out instead of refused. */
  readonly allowUnsupported?: boolean;
  /** How long {@link Proxy.stop} waits for requests to end, in milliseconds; 10 s unless given. */
  readonly shutdownDrainMs?: number;
}

/** A proxy that runs in this process, its workers beside it. */
export interface Proxy extends AsyncDisposable {
  /** `127.0.0.1:9901`, or null when the bootstrap has no admin. */
  readonly adminAddress: string | null;
  /** Bound addresses by listener name, real ports in them. */
  readonly listeners: ReadonlyMap<string, readonly string[]>;
  /** Drains and ends; a second call while it drains ends it now. */
  stop(): Promise<void>;
}

/**
 * Starts a proxy; resolves when it serves. Throws an error whose message lists every problem when the configuration is
 * refused, and one that names the address when it is taken.
 */
export async function runProxy(options: ProxyOptions): Promise<Proxy> {
  const settings = settingsOf(options);
  const sink = options.onLog ?? (() => {});
  const server = new Server({
    options: settings,
    loggers: new Loggers(sink, 0, settings.logLevels, false),
    writeRecords: (records) => records.forEach(sink),
    logLocations: false,
  });
  await server.start();
  const stop = async () => {
    server.requestEnd();
    await server.over;
    await server.stop();
  };
  const listeners = new Map([...server.listenerAddresses].map(([name, list]) => [name, list.map(addressText)]));
  return { adminAddress: server.adminAddress, listeners, stop, [Symbol.asyncDispose]: stop };
}

/**
 * Checks a configuration as `--mode validate` does. Returns every problem found; none means that it is good.
 *
 * ```ts
 * import { validateConfig } from "./mod.ts";
 *
 * const [problem] = await validateConfig({ config: "static_resources: { listenerz: [] }" });
 * console.log(problem?.path); // static_resources.listenerz
 * ```
 */
export async function validateConfig(
  options: Pick<ProxyOptions, "config" | "configPath" | "allowUnsupported">,
): Promise<ConfigProblem[]> {
  try {
    await readBootstrap(settingsOf(options));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
}

/** A route configuration and its tests, as YAML or JSON text. */
export interface RouteCheckOptions {
  /** One `RouteConfiguration`. */
  readonly routes: string;
  /** Requests with what is expected of their routes, as Envoy's `router_check_tool` has them. */
  readonly tests: string;
}

/**
 * Puts a route configuration to tests, as `deno task route-check` does. Throws an error whose message lists every problem
 * when one of the two is refused.
 *
 * ```ts
 * import { checkRoutes } from "./mod.ts";
 *
 * const { tests } = await checkRoutes({
 *   routes: `virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: web } }] }]`,
 *   tests: `
 *     tests:
 *     - test_name: everything goes to api
 *       input: { authority: example.org, path: /, method: GET }
 *       validate: { cluster_name: api }
 *   `,
 * });
 * console.log(tests[0]?.failures[0]); // expected: [api], actual: [web], test type: cluster_name
 * ```
 */
export function checkRoutes({ routes, tests }: RouteCheckOptions): Promise<RouteCheckResult> {
  return withCel(() =>
    checkRouteFiles({
      routes: { text: routes, fileName: "routes" },
      tests: { text: tests, fileName: "tests" },
      data: { readFile: (path) => Deno.readFileSync(path), env: (name) => Deno.env.get(name) },
      checksDeprecation: true,
    })
  );
}

function settingsOf(options: ProxyOptions): Options {
  const unset = defaultOptions();
  const logLevel = logLevelOf(options.logLevel ?? "off") ?? LogLevel.OFF;
  return {
    ...unset,
    configPath: options.configPath ?? "",
    configYaml: options.config ?? "",
    concurrency: Math.max(1, options.concurrency ?? unset.concurrency),
    logLevel,
    logLevels: LOGGER_NAMES.map(() => logLevel),
    allowUnsupported: options.allowUnsupported ?? false,
    shutdownDrainTimeS: (options.shutdownDrainMs ?? 10_000) / 1000,
  };
}

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));

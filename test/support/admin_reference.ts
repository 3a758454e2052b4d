/**
 * The setting of conformance/envoy_admin: its bootstrap on ports of this machine, an origin and a dead host, and the
 * traffic that was sent before Envoy's answers were taken. What was configured and done is its README's.
 *
 * ```ts
 * await using reference = await AdminReference.create(shared);
 * await using proxy = await startProxy({ config: reference.config });
 * await reference.traffic(proxy);
 * ```
 */
import { type Origin, startOrigin } from "./origin.ts";
import type { RunningProxy } from "./proxy.ts";
import { askRaw } from "./raw_h1.ts";

/** Histograms show what was recorded before the last flush. */
const FLUSH = "stats_flush_interval: 0.2s\n";

export class AdminReference implements AsyncDisposable {
  readonly config: string;
  readonly #folder: string;
  readonly #directory: string;
  readonly #origin: Origin;
  readonly #deadPort: number;

  private constructor(folder: string, directory: string) {
    this.#folder = folder;
    this.#directory = directory;
    this.#origin = startOrigin((request) => {
      const { pathname } = new URL(request.url);
      const status = pathname === "/missing" ? 404 : pathname === "/failing" ? 503 : 200;
      return new Response(`origin says ${status}\n`, { status });
    });
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#deadPort = listener.addr.port;
    const endpoints = `${directory}/eds.json`;
    Deno.writeTextFileSync(endpoints, this.#onThesePorts(this.answer("eds.json")));
    this.config = FLUSH + this.#onThesePorts(this.answer("reference.yaml"))
      .replace("port_value: 9901", "port_value: 0")
      .replace("port_value: 10000", "port_value: 0")
      .replace("/etc/envoy/eds.json", endpoints);
  }

  /** `shared`: the folder of conformance data. */
  static async create(shared: string): Promise<AdminReference> {
    return new AdminReference(`${shared}/conformance/envoy_admin`, await Deno.makeTempDir({ prefix: "denvoy-test-" }));
  }

  /** A file of Envoy's answers, as it is. */
  answer(file: string): string {
    return Deno.readTextFileSync(`${this.#folder}/${file}`);
  }

  /** Sends the known traffic, and resolves when it shows everywhere. */
  async traffic(proxy: RunningProxy): Promise<void> {
    await proxy.until(
      "the dead host was found out",
      async () => await proxy.stat("cluster.web.membership_healthy") === 1,
    );
    const paths = [...Array(10).fill("/"), ...Array(5).fill("/api/x"), "/missing", "/failing"];
    for (const path of paths) {
      await askRaw(proxy.listenerUrl("ingress"), `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
    }
    await proxy.admin("/runtime_modify?web.canary=50&feature.name=green", { method: "POST" });
    await proxy.until(
      "all connections are gone",
      async () => await proxy.stat("http.ingress.downstream_cx_destroy") === paths.length,
    );
    const histograms = [
      "cluster.web.upstream_rq_time",
      "cluster.api.upstream_rq_time",
      "http.ingress.downstream_cx_length_ms",
    ];
    await proxy.until("histograms show it", async () => {
      const text = await proxy.admin("/stats?type=Histograms");
      return histograms.every((name) => text.includes(`${name}: P0(`));
    });
  }

  /** An answer of the proxy with the ports of the reference in place of these, and its file for ours. */
  neutral(text: string, proxy: RunningProxy): string {
    const admin = new URL(proxy.adminUrl).port, ingress = proxy.listenerUrl("ingress").replace(/^.*:/, "");
    return text
      .replaceAll(`${this.#directory}/eds.json`, "/etc/envoy/eds.json")
      .replace(new RegExp(`\\b(${this.#origin.port}|${this.#deadPort}|${admin}|${ingress})\\b`, "g"), (port) => {
        if (port === String(this.#origin.port)) return "8081";
        return port === String(this.#deadPort) ? "8082" : port === admin ? "9901" : "10000";
      })
      .replaceAll("127.0.0.1_0", "127.0.0.1_10000");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#origin.stop();
    await Deno.remove(this.#directory, { recursive: true });
  }

  #onThesePorts(text: string): string {
    return text.replaceAll("8081", String(this.#origin.port)).replaceAll("8082", String(this.#deadPort));
  }
}

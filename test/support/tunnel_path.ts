/** The memory data path with routes for tunnels, and what tests of tunnels say again and again. */
import { z } from "zod";
import type { HttpFilterDefinition } from "../../src/filter/define.ts";
import { type FilterHandle, PassThroughFilter } from "../../src/filter/http_filter.ts";
import { DataPath, type DataPathOptions, type Peer } from "./data_path.ts";

/** A WebSocket's handshake. */
export const UPGRADE = "GET /ws HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
/** An answer that opens it. */
export const ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
/** A CONNECT. */
export const CONNECT = "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\n\r\n";
/** The head of a POST for a route where that is a tunnel. */
export const POST = "POST /post HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n";
/** An answer that opens a CONNECT. */
export const OK = "HTTP/1.1 200 OK\r\n\r\n";

/** A route to the origin with one entry of `upgrade_configs`. */
export const route = (match: string, upgrade: string) =>
  `{ name: r, match: { ${match} }, route: { cluster: web, upgrade_configs: [{ upgrade_type: ${upgrade} }] } }`;
/** These routes for every host. */
export const routes = (...list: string[]) =>
  `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${list.join(", ")}] }] }`;
/** WebSockets and CONNECT go to the origin. */
export const FORWARDED = routes(route("connect_matcher: {}", "CONNECT"), route("prefix: /", "websocket"));
/** A CONNECT ends here. */
export const ENDING = routes(route("connect_matcher: {}", "CONNECT, connect_config: {}"));
/** A POST is a tunnel that ends here. */
export const POSTING = routes(route("prefix: /", "CONNECT, connect_config: { allow_post: true }"));

/** A filter that lets everything pass and writes down what the log would be told. */
class Witness extends PassThroughFilter {
  readonly #handle: FilterHandle;
  readonly #lines: string[];

  constructor(handle: FilterHandle, lines: string[]) {
    super();
    this.#handle = handle;
    this.#lines = lines;
  }

  override destroy(): void {
    const { responseCode, flags, details, bytesReceived, bytesSent } = this.#handle.facts;
    this.#lines.push(`${responseCode} ${flags?.join() ?? "-"} ${details} ${bytesReceived} ${bytesSent}`);
  }
}

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** A path for tunnels that tells what the log is told of each stream. */
export class TunnelPath extends DataPath {
  readonly lines: string[];

  constructor(table: string, options: DataPathOptions = {}) {
    const lines: string[] = [];
    const witness: HttpFilterDefinition = {
      typeUrl: TYPE,
      schema: z.strictObject({}),
      isTerminal: false,
      createFactory: () => ({ create: (handle) => new Witness(handle, lines) }),
    };
    super({
      ...options,
      routes: table,
      filters: [`{ name: witness, typed_config: { "@type": ${TYPE} } }`],
      definitions: [witness],
      hcm: { generateRequestId: false, ...options.hcm },
    });
    this.lines = lines;
  }

  /** Of all streams so far. */
  upgrades(): [total: number, active: number, refused: number] {
    return [
      this.counter("http.ingress.downstream_cx_upgrades_total"),
      this.gauge("http.ingress.downstream_cx_upgrades_active"),
      this.counter("http.ingress.downstream_rq_ws_on_non_ws_route"),
    ];
  }
}

/** Opens a tunnel; `answer` is what the origin says to that, empty where the tunnel ends here. */
export function begin(path: DataPath, request: string, answer: string): Peer {
  const client = path.connect();
  client.send(request);
  path.deliver();
  if (answer !== "") path.origin.send(answer);
  path.deliver();
  client.take();
  path.origin.take();
  return client;
}

/** Whether the proxy has ended this connection. */
export const isGone = (peer: Peer) => peer.hasEnded || peer.closed !== null;

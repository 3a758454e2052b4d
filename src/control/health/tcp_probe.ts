/**
 * Checks by a TCP connection: to be connected is enough, or what is sent is answered with what is expected, in order and
 * with anything between (spec/upstream.md 5.4).
 *
 * As in Envoy a kept connection is listened to between checks too: what is expected, said unasked, is a pass, and the
 * connection's end is a failure.
 *
 * Differs from Envoy: the PROXY protocol header is sent once, at the beginning of a connection, and not before every check.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { type ProxyEndpoint, proxyHeader } from "../../codec/proxy_protocol/encoder.ts";
import type { TcpCheckConfig } from "../../config/health_check_config.ts";
import type { ConnectAttempt, Connection, ConnectionHandler, TransportAddress } from "../../transport/transport.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import { checkAddress } from "./check_target.ts";
import { PayloadMatcher } from "./payload_matcher.ts";
import { networkFailure, type Probe, type ProbeEvents } from "./probe.ts";
import type { ProbeContext } from "./probe_context.ts";

export class TcpProbe implements Probe {
  readonly #host: ControlHost;
  readonly #config: TcpCheckConfig;
  readonly #probes: ProbeContext;
  readonly #events: ProbeEvents;
  #link: TcpLink | null = null;

  constructor(host: ControlHost, config: TcpCheckConfig, probes: ProbeContext, events: ProbeEvents) {
    this.#host = host;
    this.#config = config;
    this.#probes = probes;
    this.#events = events;
  }

  begin(): void {
    if (this.#link === null) this.#link = new TcpLink(this, this.#host, this.#config, this.#probes);
    else this.#link.ask();
  }

  giveUp(): void {
    this.#link?.close();
    this.#link = null;
  }

  close(): void {
    this.giveUp();
  }

  // ---- the link's side

  /** The host said what was expected. */
  onAnswer(): void {
    if (!this.#probes.check.reuseConnection || this.#config.receive.length === 0) this.giveUp();
    this.#events.onPass(false);
  }

  /** The link is no more. */
  onBroken(text: string): void {
    this.#link = null;
    this.#events.onFail(networkFailure(text));
  }
}

/** One connection. */
class TcpLink implements ConnectionHandler {
  readonly #probe: TcpProbe;
  readonly #config: TcpCheckConfig;
  readonly #matcher: PayloadMatcher;
  readonly #attempt: ConnectAttempt;
  #connection: Connection | null = null;
  #isClosed = false;

  constructor(probe: TcpProbe, host: ControlHost, config: TcpCheckConfig, probes: ProbeContext) {
    this.#probe = probe;
    this.#config = config;
    this.#matcher = new PayloadMatcher(config.receive);
    this.#attempt = probes.context.dialer.connect(
      checkAddress(host.endpoint),
      probes.connectionOptions,
      (connection) => this.#onConnect(connection),
      ({ text }) => this.#break(text),
    );
  }

  /** Sends what is to be sent. */
  ask(): void {
    const connection = this.#connection, { send } = this.#config;
    if (connection !== null && send !== null) this.#write(connection, send);
  }

  close(): void {
    this.#isClosed = true;
    this.#attempt.cancel();
    this.#connection?.close("abort");
  }

  onBytes(block: ByteBlock, start: number, end: number): number {
    if (this.#isClosed) return end;
    this.#matcher.take(block.bytes, start, end);
    if (this.#matcher.isComplete) {
      this.#matcher.reset();
      this.#probe.onAnswer();
    }
    return end;
  }

  onEnd(): void {
    this.#break("the host closed the connection");
  }

  onClose(): void {
    this.#break("the connection was reset");
  }

  onWriteBlocked(): void {}

  #onConnect(connection: Connection): void {
    this.#connection = connection;
    connection.open(this);
    // Whoever waits for no answer has none to send anything for: as in Envoy.
    if (this.#matcher.isComplete) return this.#probe.onAnswer();
    const { proxyProtocol } = this.#config;
    if (proxyProtocol === 2) this.#write(connection, proxyHeader(2, null, null));
    if (proxyProtocol === 1) {
      const { localAddress, remoteAddress } = connection;
      this.#write(connection, proxyHeader(1, endpointOf(localAddress), endpointOf(remoteAddress)));
    }
    this.ask();
  }

  #write({ sink }: Connection, bytes: Uint8Array): void {
    sink.writer.writeBytes(bytes);
    sink.touch();
  }

  #break(text: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#probe.onBroken(text);
  }
}

function endpointOf(address: TransportAddress): ProxyEndpoint | null {
  return address.kind === "ip" ? address : null;
}

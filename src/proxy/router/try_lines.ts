/**
 * The log lines of one try. They read facts of their own: times are counted from the try's start, sizes are those of the
 * upstream side, and the response is as the host sent it. Only routers with an `upstream_log` have them.
 */
import type { Fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { AccessLogTimesConfig } from "../../config/access_log_config.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { AccessLogType } from "../../observe/access_log_type.ts";
import type { AccessLogger } from "../../observe/access_log/logger.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { OwnStreamView } from "../../observe/stream_view.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { flagOfCut, replyToFault } from "../local_reply.ts";

export class TryLines {
  readonly #logger: AccessLogger;
  readonly #times: AccessLogTimesConfig;
  readonly #loop: EventLoop;
  readonly #timer: Timer;
  readonly #facts = new StreamFacts();
  readonly #response = new ResponseHead();
  #view: OwnStreamView | null = null;
  /** Null between two tries. */
  #stream: TerminalHandle | null = null;
  #hasResponse = false;

  constructor(logger: AccessLogger, times: AccessLogTimesConfig, loop: EventLoop) {
    this.#logger = logger;
    this.#times = times;
    this.#loop = loop;
    this.#timer = new Timer(loop.timers, () => {
      this.#write("UpstreamPeriodic");
      this.#timer.arm(times.flushIntervalMs);
    });
  }

  begin(stream: TerminalHandle): void {
    const { clock } = this.#loop, facts = this.#facts;
    this.#stream = stream;
    this.#hasResponse = false;
    facts.reset(clock.nowMs, clock.wallMs());
    facts.protocol = 0;
    if (this.#times.flushIntervalMs > 0) this.#timer.arm(this.#times.flushIntervalMs);
  }

  onConnection(): void {
    this.#facts.protocol = this.#stream!.facts.upstreamConnection!.protocol;
    if (this.#times.flushOnStart) this.#write("UpstreamPoolReady");
  }

  onSent(bodyBytes: number): void {
    this.#facts.bytesSent += bodyBytes;
  }

  onHead(): void {
    const { response } = this.#stream!, copy = this.#response;
    this.#hasResponse = true;
    this.#facts.responseCode = response.status;
    copy.beginLocal(response.status);
    for (const [name, value] of response.headers.entries()) copy.headers.addName(name, value);
  }

  onBody(bytes: number): void {
    this.#facts.bytesReceived += bytes;
  }

  onFault(fault: Fault, isAnswered: boolean): void {
    const flag = isAnswered ? flagOfCut(fault) : replyToFault(fault, false).flag;
    if (flag !== null) this.#facts.flag(flag);
    this.#facts.upstreamTransportFailure = fault.transportReason;
  }

  /** Writes the last line, once. */
  end(): void {
    if (this.#stream === null) return;
    this.#timer.cancel();
    this.#facts.endMs = this.#loop.clock.nowMs;
    this.#write("UpstreamEnd");
    this.#stream = null;
  }

  /** What the stream knows of the upstream side is the try's too. */
  #write(type: AccessLogType): void {
    const whole = this.#stream!.view, own = this.#facts;
    const { facts } = whole;
    own.upstreamRequestStartMs = facts.upstreamRequestStartMs;
    own.upstreamRequestEndMs = facts.upstreamRequestEndMs;
    own.upstreamResponseStartMs = facts.upstreamResponseStartMs;
    own.upstreamBodyStartMs = facts.upstreamBodyStartMs;
    own.upstreamResponseEndMs = facts.upstreamResponseEndMs;
    own.poolWaitMs = facts.poolWaitMs;
    own.wireBytesReceived = facts.wireBytesReceived;
    own.wireBytesSent = facts.wireBytesSent;
    own.headerBytesSent = facts.headerBytesSent;
    own.upstreamWireBytesSent = facts.upstreamWireBytesSent;
    own.upstreamWireBytesReceived = facts.upstreamWireBytesReceived;
    own.upstreamHeaderBytesSent = facts.upstreamHeaderBytesSent;
    own.upstreamTrailerBytes = facts.upstreamTrailerBytes;
    own.upstreamHost = facts.upstreamHost;
    own.host = facts.host;
    own.upstreamConnection = facts.upstreamConnection;
    own.upstreamCluster = facts.upstreamCluster;
    own.cluster = facts.cluster;
    own.route = facts.route;
    own.routeName = facts.routeName;
    own.virtualCluster = facts.virtualCluster;
    own.downstreamAddress = facts.downstreamAddress;
    own.isAdmitted = facts.isAdmitted;
    own.dynamicMetadata = facts.dynamicMetadata;
    own.filterState = facts.filterState;
    own.upstreamFilterState = facts.upstreamFilterState;
    const view = this.#view ??= new OwnStreamView(own, whole.connection);
    view.connection = whole.connection;
    view.request = whole.request;
    view.response = this.#hasResponse ? this.#response : null;
    view.accessLogType = type;
    this.#logger.log(view);
  }
}

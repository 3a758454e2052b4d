/**
 * The access log lines of one stream (spec/http.md 8): one at its end, and where the configuration wants it one at its
 * start and one from time to time. It keeps the view that all of them, and formats elsewhere, read the stream through.
 */
import { Timer, type TimerWheel } from "../base/timer_wheel.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { AccessLogType } from "../observe/access_log_type.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { OwnStreamView, StreamView } from "../observe/stream_view.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { HcmContext } from "./hcm_context.ts";

/** The stream, as its log sees it. */
export interface LoggedStream {
  readonly facts: StreamFacts;
  readonly request: RequestHead;
  readonly route: RouteEntry | null;
  /** Makes a view of it, once. */
  newView(): OwnStreamView;
  /** Brings the view up to date. */
  refreshView(view: OwnStreamView): void;
}

export class StreamLog {
  readonly #stream: LoggedStream;
  readonly #wheel: TimerWheel;
  #view: OwnStreamView | null = null;
  #context: HcmContext | null = null;
  /** Made for the first stream that is logged while it lasts. */
  #timer: Timer | null = null;
  /** Of the response, where something reads them. */
  #trailers: HeaderList | null = null;

  constructor(stream: LoggedStream, wheel: TimerWheel) {
    this.#stream = stream;
    this.#wheel = wheel;
  }

  /** A stream begins. */
  begin(context: HcmContext): void {
    this.#context = context;
    this.#trailers = null;
    if (context.config.accessLogTimes.flushIntervalMs > 0) this.#armTimer();
  }

  /** The request has its route; where it goes is told before the router finds out. */
  onRouted(): void {
    const { config, services } = this.#context!;
    if (!config.accessLogTimes.flushOnStart) return;
    const { route, request, facts } = this.#stream;
    if (route !== null && route.action.kind === "route") {
      facts.cluster = services.clusters.find(route.action.clusterFor(request))?.config ?? null;
    }
    this.#write("DownstreamStart");
  }

  /** What was asked for as a tunnel stands. As in Envoy, of a CONNECT only 200 says so. */
  onTunnel(): void {
    const { responseCode } = this.#stream.facts;
    if (this.#context!.config.accessLogTimes.flushOnTunnel && responseCode <= 200) {
      this.#write("DownstreamTunnelSuccessfullyEstablished");
    }
  }

  /** The stream as it is now, written for this purpose. */
  viewAs(type: AccessLogType): OwnStreamView {
    const view = this.#view ??= this.#stream.newView();
    this.#stream.refreshView(view);
    view.responseTrailers = this.#trailers;
    view.accessLogType = type;
    return view;
  }

  /** The stream as it is now, with a response whose head has not left yet. */
  viewWith(response: ResponseHead): StreamView {
    const view = this.viewAs("NotSet");
    view.response = response;
    return view;
  }

  /** Takes the response's trailers, if anybody will read them. */
  takeTrailers(trailers: HeaderList): void {
    if (this.#context!.accessLogger?.readsTrailers === true) this.#trailers = trailers.copy();
  }

  /** The stream has ended. */
  end(): void {
    this.#timer?.cancel();
    this.#write("DownstreamEnd");
    this.#context = null;
  }

  #write(type: AccessLogType): void {
    this.#context!.accessLogger?.log(this.viewAs(type));
  }

  #armTimer(): void {
    this.#timer ??= new Timer(this.#wheel, () => {
      this.#write("DownstreamPeriodic");
      this.#armTimer();
    });
    this.#timer.arm(this.#context!.config.accessLogTimes.flushIntervalMs);
  }
}

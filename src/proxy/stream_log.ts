/**
 * The access log lines of one stream (spec/http.md 8): one at its end, and where the configuration wants it one at its
 * start and one from time to time. It keeps the view that all of them, and formats elsewhere, read the stream through.
 */
import { Timer, type TimerWheel } from "../base/timer_wheel.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { AccessLogType } from "../observe/access_log_type.ts";
import type { AccessLogger } from "../observe/access_log/logger.ts";
import type { OwnStreamView, StreamView } from "../observe/stream_view.ts";

/** The stream, as its log sees it. */
export interface LoggedStream {
  /** Makes a view of it, once. */
  newView(): OwnStreamView;
  /** Brings the view up to date. */
  refreshView(view: OwnStreamView): void;
}

export class StreamLog {
  readonly #stream: LoggedStream;
  readonly #wheel: TimerWheel;
  #view: OwnStreamView | null = null;
  #logger: AccessLogger | null = null;
  #intervalMs = 0;
  /** Made for the first stream that is logged while it lasts. */
  #timer: Timer | null = null;
  /** Of the response, where something reads them. */
  #trailers: HeaderList | null = null;

  constructor(stream: LoggedStream, wheel: TimerWheel) {
    this.#stream = stream;
    this.#wheel = wheel;
  }

  /** A stream begins. `intervalMs`: 0 = there are no lines from time to time. */
  begin(logger: AccessLogger | null, intervalMs: number): void {
    this.#logger = logger;
    this.#intervalMs = intervalMs;
    this.#trailers = null;
    if (intervalMs > 0 && logger !== null) this.#armTimer();
  }

  /** The stream as it is now, written for this purpose. */
  viewAs(type: AccessLogType): StreamView {
    const view = this.#view ??= this.#stream.newView();
    this.#stream.refreshView(view);
    view.responseTrailers = this.#trailers;
    view.accessLogType = type;
    return view;
  }

  /** Takes the response's trailers, if anybody will read them. */
  takeTrailers(trailers: HeaderList): void {
    if (this.#logger?.readsTrailers === true) this.#trailers = trailers.copy();
  }

  /** Writes a line while the stream lasts. */
  write(type: AccessLogType): void {
    this.#logger?.log(this.viewAs(type));
  }

  /** The stream has ended. */
  end(): void {
    this.#timer?.cancel();
    this.write("DownstreamEnd");
  }

  #armTimer(): void {
    this.#timer ??= new Timer(this.#wheel, () => {
      this.write("DownstreamPeriodic");
      this.#armTimer();
    });
    this.#timer.arm(this.#intervalMs);
  }
}

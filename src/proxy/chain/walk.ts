/**
 * One way through the filters of a stream, the request's or the response's: shows each filter in turn what comes, and
 * keeps what a filter does not let pass (spec/http.md 10.1).
 *
 * ```
 *   flowing ──(filter says stop)──▶ waiting at that filter ──(filter lets pass, or goes on by itself)──▶ flowing
 *      └───────────────────────────────────┴──(reply by somebody else, stream ends)──▶ over
 * ```
 *
 * What waits at a filter keeps its order: whoever lets the head pass lets everything behind it go too. Filters before the
 * one that stops have seen what waits there; filters behind it have not. With "stop all" the stopping filter itself is
 * shown the body only when it goes on.
 *
 * Both ways are the same machine; a subclass says which methods of a filter it calls and who is behind the last one.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { invariant } from "../../base/errors.ts";
import {
  BodyStatus,
  type BodyStatusValue,
  EndStatus,
  type EndStatusValue,
  HeadStatus,
  type HeadStatusValue,
  type HttpFilter,
} from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { Waiting } from "./waiting.ts";

/** One filter's place on one way. */
interface Place {
  readonly filter: HttpFilter;
  /** Null = nothing waits. */
  waiting: Waiting | null;
  /** The filter is being called, and what it asked for meanwhile. */
  isInCall: boolean;
  goesOn: boolean;
}

export abstract class Walk {
  /** Nobody is shown anything any more. */
  isOver = false;
  readonly #limitBytes: number;
  readonly #places: Place[] = [];

  /** `limitBytes`: how much of a body may wait at one filter; 0 = no limit. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes > 0 ? limitBytes : Infinity;
  }

  // ---- which way it is

  protected abstract showHead(filter: HttpFilter, endStream: boolean): HeadStatusValue;
  protected abstract showBody(filter: HttpFilter, block: ByteBlock, start: number, end: number): BodyStatusValue;
  protected abstract showTrailers(filter: HttpFilter, trailers: HeaderList): EndStatusValue;
  protected abstract showEnd(filter: HttpFilter): EndStatusValue;
  /** Behind the last filter. */
  protected abstract deliverHead(endStream: boolean): void;
  protected abstract deliverBody(block: ByteBlock, start: number, end: number): void;
  protected abstract deliverTrailers(trailers: HeaderList): void;
  protected abstract deliverEnd(): void;
  /** Asks the sender to wait (true) or go on (false). */
  protected abstract pauseSender(isPaused: boolean): void;
  /** More waits than may: ends the stream. */
  protected abstract overflow(): void;

  // ---- the message comes in

  /** Adds the next filter of the way. Done before anything is shown. */
  add(filter: HttpFilter): void {
    this.#places.push({ filter, waiting: null, isInCall: false, goesOn: false });
  }

  /** Shows the head to the filters from `from` on. */
  head(from: number, endStream: boolean): void {
    for (let at = from; at < this.#places.length; at++) {
      const place = this.#places[at]!;
      place.isInCall = true;
      const status = this.showHead(place.filter, endStream);
      place.isInCall = false;
      if (this.isOver) return;
      if (status === HeadStatus.continue || takeWish(place)) continue;
      const waiting = waitingAt(place);
      waiting.hasHead = true;
      waiting.isHeadEnd = endStream;
      waiting.isUnseen = status !== HeadStatus.stop;
      waiting.mayPause = status === HeadStatus.stopAllAndWatermark;
      return;
    }
    this.deliverHead(endStream);
  }

  /** Shows a piece of body. */
  body(from: number, block: ByteBlock, start: number, end: number): void {
    for (let at = from; at < this.#places.length; at++) {
      const place = this.#places[at]!;
      if (place.waiting?.isUnseen) return this.#hold(place.waiting, block, start, end);
      place.isInCall = true;
      const status = this.showBody(place.filter, block, start, end);
      place.isInCall = false;
      if (this.isOver) return;
      const passes = takeWish(place) || status === BodyStatus.continue;
      if (passes && place.waiting === null && status !== BodyStatus.stopNoBuffer) continue;
      if (status !== BodyStatus.stopNoBuffer) {
        const waiting = waitingAt(place);
        if (status === BodyStatus.stopAndWatermark) waiting.mayPause = true;
        if (passes) waiting.body.add(block, start, end);
        else this.#hold(waiting, block, start, end);
      }
      if (passes) this.#letGo(at);
      return;
    }
    this.deliverBody(block, start, end);
  }

  /** Shows the trailers; `end` follows. */
  trailers(from: number, trailers: HeaderList): void {
    for (let at = from; at < this.#places.length; at++) {
      const place = this.#places[at]!;
      if (place.waiting?.isUnseen) return place.waiting.addTrailers(trailers);
      place.isInCall = true;
      const status = this.showTrailers(place.filter, trailers);
      place.isInCall = false;
      if (this.isOver) return;
      const passes = takeWish(place) || status === EndStatus.continue;
      if (passes && place.waiting === null) continue;
      waitingAt(place).addTrailers(trailers);
      if (passes) this.#letGo(at);
      return;
    }
    this.deliverTrailers(trailers);
  }

  /** Shows the end of a message whose head was not its end. */
  end(from: number): void {
    for (let at = from; at < this.#places.length; at++) {
      const place = this.#places[at]!;
      if (place.waiting?.isUnseen) {
        place.waiting.hasEnd = true;
        return;
      }
      place.isInCall = true;
      const status = this.showEnd(place.filter);
      place.isInCall = false;
      if (this.isOver) return;
      const passes = takeWish(place) || status === EndStatus.continue;
      if (passes && place.waiting === null) continue;
      waitingAt(place).hasEnd = true;
      if (passes) this.#letGo(at);
      return;
    }
    this.deliverEnd();
  }

  // ---- filters act by themselves

  /** The filter at `at` lets everything go that waits there. */
  goOn(at: number): void {
    const place = this.#places[at]!;
    if (place.isInCall) place.goesOn = true;
    else if (!this.isOver) this.#letGo(at);
  }

  /** Shows the filters behind `at` a piece that this one made. */
  pass(at: number, block: ByteBlock, start: number, end: number): void {
    if (this.isOver) return;
    invariant(!this.#places[at]!.waiting?.hasHead, "A filter passed on body while its head waits");
    this.body(at + 1, block, start, end);
  }

  /** Nothing is shown any more, and nothing waits. */
  stop(): void {
    this.isOver = true;
    for (const place of this.#places) {
      place.waiting?.body.drop();
      place.waiting = null;
    }
  }

  // ----

  #hold(waiting: Waiting, block: ByteBlock, start: number, end: number): void {
    waiting.body.add(block, start, end);
    if (waiting.body.bytes <= this.#limitBytes || waiting.hasPaused) return;
    if (!waiting.mayPause) return this.overflow();
    waiting.hasPaused = true;
    this.pauseSender(true);
  }

  #letGo(at: number): void {
    const place = this.#places[at]!, waiting = place.waiting;
    if (waiting === null) return;
    place.waiting = null;
    const bodyFrom = waiting.isUnseen ? at : at + 1;
    if (waiting.hasPaused) this.pauseSender(false);
    if (waiting.hasHead) this.head(at + 1, waiting.isHeadEnd);
    for (const { block, start, end } of waiting.body.takeAll()) {
      if (!this.isOver) this.body(bodyFrom, block, start, end);
      block.release();
    }
    if (waiting.trailers !== null && !this.isOver) this.trailers(bodyFrom, waiting.trailers);
    if (waiting.hasEnd && !this.isOver) this.end(bodyFrom);
  }
}

function waitingAt(place: Place): Waiting {
  return place.waiting ??= new Waiting();
}

/** Whether the filter asked to go on while it was being called. */
function takeWish(place: Place): boolean {
  const wish = place.goesOn;
  place.goesOn = false;
  return wish;
}

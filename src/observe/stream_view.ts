/**
 * What formats and access log filters may read of a stream at one moment. Whoever has the stream keeps one view of it and
 * brings it up to date before it is read; nothing is kept of it afterwards.
 */
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { AccessLogType } from "./access_log_type.ts";
import type { ConnectionFacts } from "./connection_facts.ts";
import type { StreamFacts } from "./stream_facts.ts";

/** A stream, to be read. */
export interface StreamView {
  readonly facts: StreamFacts;
  readonly connection: ConnectionFacts;
  /** Null: its head never became whole. */
  readonly request: RequestHead | null;
  /** Null: none was begun. */
  readonly response: ResponseHead | null;
  /** Null: there were none, or nobody who is configured reads them. */
  readonly responseTrailers: HeaderList | null;
  /** The body of the local reply that is being made; null when none is. */
  readonly localReplyBody: Uint8Array | null;
  readonly accessLogType: AccessLogType;
}

/** A stream that shows itself to whoever asks: its view is brought up to date then. */
export interface ViewedStream {
  readonly view: StreamView;
}

/** A view that its owner fills in. */
export class OwnStreamView implements StreamView {
  request: RequestHead | null = null;
  response: ResponseHead | null = null;
  responseTrailers: HeaderList | null = null;
  localReplyBody: Uint8Array | null = null;
  accessLogType: AccessLogType = "NotSet";
  connection: ConnectionFacts;
  readonly facts: StreamFacts;

  constructor(facts: StreamFacts, connection: ConnectionFacts) {
    this.facts = facts;
    this.connection = connection;
  }
}

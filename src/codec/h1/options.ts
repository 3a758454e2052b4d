/**
 * What an HTTP/1 codec is told about its side: the fields of `core.v3.Http1ProtocolOptions` that bear on bytes, and the
 * limits (spec/http.md 1.4, 1.5, 1.7). Names are those of the configuration, so that its values fit as they are.
 */

/** Options of both sides. */
export interface H1Options {
  /** Bound on a head's bytes, all of them counted; the trailer section has the same. */
  readonly maxHeadersKb: number;
  /** Bound on a message's field lines, and on its trailer lines. */
  readonly maxHeadersCount: number;
  /** Trailers are handed on and written; else they are read and dropped. */
  readonly enableTrailers: boolean;
  /** `content-length` beside `transfer-encoding: chunked` is dropped instead of refused. */
  readonly allowChunkedLength: boolean;
  /** Write names as `Proper-Case`. */
  readonly properCaseWords: boolean;
  /** Keep how received names are spelled, for whoever writes them again; null = they are lowered for good. */
  readonly preserveCase: PreserveCase | null;
}

/** What goes with the spelling of names. */
export interface PreserveCase {
  /** Names that the peer did not send are written as `Proper-Case`. */
  readonly isProperElse: boolean;
  /** A response's reason phrase is kept too. */
  readonly forwardsReasonPhrase: boolean;
}

/** What becomes of fields with an underscore in their name, which some servers take for a dash. */
export interface UnderscoreGuard {
  /** The message is refused; else the field is dropped. */
  readonly refuses: boolean;
  /** Called for each such field. */
  onFound(): void;
}

/** Options of a codec that takes requests. */
export interface H1ServerOptions extends H1Options {
  readonly acceptHttp10: boolean;
  /** Host of an HTTP/1.0 request that names none; empty: none. */
  readonly defaultHostForHttp10: string;
  readonly allowAbsoluteUrl: boolean;
  readonly allowCustomMethods: boolean;
  /** Upgrades that are taken for not asked for; null = none but the one that never is. */
  readonly ignoresUpgrade: ((type: string) => boolean) | null;
  /** Null = an underscore is a character like any other. */
  readonly underscores: UnderscoreGuard | null;
  /** Refuse `https://` targets: this connection is plaintext and nobody in front of it is trusted. */
  readonly refuseHttpsTarget: boolean;
}

/** Options of a codec that sends requests. */
export interface H1ClientOptions extends H1Options {
  /** Write `scheme://host/path` in the request line. */
  readonly sendFullyQualifiedUrl: boolean;
}

/**
 * Heads of requests: `METHOD SP target SP HTTP/x.y CRLF` (RFC 9112 section 3), one space and nothing else between the
 * parts, then the fields.
 *
 * Differs from Envoy: it splits the line at any white space, and takes a line without a version for HTTP/0.9.
 */
import { IS_TOKEN } from "../../base/ascii.ts";
import { CUSTOM_METHOD, methodOf } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { CODEC_ERROR } from "./faults.ts";
import type { FieldNames } from "./field_names.ts";
import { ParseOutcome, type ParseOutcomeValue } from "./field_parser.ts";
import { HeadParser, isVersionPrefix, PHASE_START, VERSION_BYTES, versionAt } from "./head_parser.ts";

const LF = 10, CR = 13, SPACE = 32, SLASH = 47;

const TARGET = 1;
const VERSION = 2;
const LINE_CR = 3;
const LINE_LF = 4;

/** Visible ASCII: what a request target may hold. */
const IS_TARGET = new Uint8Array(256).fill(1, 0x21, 0x7f);

export class RequestHeadParser extends HeadParser<RequestHead> {
  readonly #allowsCustomMethods: boolean;

  constructor(maxBytes: number, maxFields: number, allowsCustomMethods: boolean, names: FieldNames | null = null) {
    super(maxBytes, maxFields, names);
    this.#allowsCustomMethods = allowsCustomMethods;
  }

  protected override parseStartLine(bytes: Uint8Array, end: number, head: RequestHead): ParseOutcomeValue {
    let at = this.at;
    switch (this.phase) {
      case PHASE_START:
        while (at < end && IS_TOKEN[bytes[at]!] === 1) at++;
        if (at === end) return this.pause(at, PHASE_START);
        if (bytes[at] !== SPACE || at === this.tokenStart) return this.refuse(CODEC_ERROR);
        head.methodStart = this.tokenStart;
        head.methodEnd = at;
        head.methodId = methodOf(bytes, head.methodStart, at);
        if (head.methodId === CUSTOM_METHOD && !this.#allowsCustomMethods) return this.refuse(CODEC_ERROR);
        this.tokenStart = ++at;
      // falls through
      case TARGET:
        while (at < end && IS_TARGET[bytes[at]!] === 1) at++;
        if (at === end) return this.pause(at, TARGET);
        if (bytes[at] !== SPACE || at === this.tokenStart) return this.refuse(CODEC_ERROR);
        head.pathStart = this.tokenStart;
        head.pathEnd = at;
        at++;
      // falls through
      case VERSION:
        if (!isVersionPrefix(bytes, at, end)) return this.refuse(CODEC_ERROR);
        if (end - at < VERSION_BYTES) return this.pause(at, VERSION);
        head.version = versionAt(bytes, at);
        at += VERSION_BYTES;
      // falls through
      case LINE_CR:
        if (at === end) return this.pause(at, LINE_CR);
        if (bytes[at] !== CR) return this.refuse(CODEC_ERROR);
        at++;
      // falls through
      case LINE_LF:
        if (at === end) return this.pause(at, LINE_LF);
        if (bytes[at] !== LF) return this.refuse(CODEC_ERROR);
        this.at = at + 1;
    }
    if (head.version === 11 && bytes[head.pathStart] === SLASH) head.requestLineEnd = this.at;
    return ParseOutcome.complete;
  }
}

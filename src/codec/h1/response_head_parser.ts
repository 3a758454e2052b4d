/**
 * Heads of responses: `HTTP/x.y SP status [SP reason] CRLF` (RFC 9112 section 4), then the fields. The space before an
 * empty reason is often left out and not asked for.
 */
import { IS_FORBIDDEN_IN_VALUE } from "../../base/ascii.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { CODEC_ERROR } from "./faults.ts";
import { ParseOutcome, type ParseOutcomeValue } from "./field_parser.ts";
import { HeadParser, isVersionPrefix, PHASE_START, VERSION_BYTES, versionAt } from "./head_parser.ts";

const LF = 10, CR = 13, SPACE = 32, ZERO = 48, NINE = 57;

const BEFORE_STATUS = 1;
const STATUS = 2;
const AFTER_STATUS = 3;
const REASON = 4;
const LINE_LF = 5;

export class ResponseHeadParser extends HeadParser<ResponseHead> {
  protected override parseStartLine(bytes: Uint8Array, end: number, head: ResponseHead): ParseOutcomeValue {
    let at = this.at;
    switch (this.phase) {
      case PHASE_START:
        if (!isVersionPrefix(bytes, this.tokenStart, end)) return this.refuse(CODEC_ERROR);
        if (end - this.tokenStart < VERSION_BYTES) return this.pause(end, PHASE_START);
        head.version = versionAt(bytes, this.tokenStart);
        at = this.tokenStart + VERSION_BYTES;
      // falls through
      case BEFORE_STATUS:
        if (at === end) return this.pause(at, BEFORE_STATUS);
        if (bytes[at] !== SPACE) return this.refuse(CODEC_ERROR);
        this.tokenStart = ++at;
      // falls through
      case STATUS:
        for (; at < this.tokenStart + 3; at++) {
          if (at === end) return this.pause(at, STATUS);
          const byte = bytes[at]!;
          if (byte < ZERO || byte > NINE) return this.refuse(CODEC_ERROR);
          head.status = head.status * 10 + byte - ZERO;
        }
        if (head.status < 100) return this.refuse(CODEC_ERROR);
      // falls through
      case AFTER_STATUS:
        if (at === end) return this.pause(at, AFTER_STATUS);
        if (bytes[at] === SPACE) at++;
        else if (bytes[at] !== CR) return this.refuse(CODEC_ERROR);
        this.tokenStart = at;
      // falls through
      case REASON:
        while (at < end && IS_FORBIDDEN_IN_VALUE[bytes[at]!] === 0) at++;
        if (at === end) return this.pause(at, REASON);
        if (bytes[at] !== CR) return this.refuse(CODEC_ERROR);
        head.reasonStart = this.tokenStart;
        head.reasonEnd = at++;
      // falls through
      case LINE_LF:
        if (at === end) return this.pause(at, LINE_LF);
        if (bytes[at] !== LF) return this.refuse(CODEC_ERROR);
        this.at = at + 1;
    }
    return ParseOutcome.complete;
  }
}

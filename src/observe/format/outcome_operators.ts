/** How a stream ended: protocol, code, flags, details and close reasons (spec/http.md 8.2, 8.4). */
import { latin1Bytes } from "../../base/ascii.ts";
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { HttpVersion } from "../../http/request_head.ts";
import { PROTOCOL_NAMES } from "../protocol_names.ts";
import { RESPONSE_FLAGS, type ResponseFlag } from "../response_flags.ts";
import type { StreamView } from "../stream_view.ts";
import { number, Operator, type OperatorTable, text } from "./operator.ts";

const COMMA = 44, DASH = 45;

const PROTOCOLS: Readonly<Record<HttpVersion, Uint8Array>> = {
  9: latin1Bytes(PROTOCOL_NAMES[9]),
  10: latin1Bytes(PROTOCOL_NAMES[10]),
  11: latin1Bytes(PROTOCOL_NAMES[11]),
  20: latin1Bytes(PROTOCOL_NAMES[20]),
};

class ProtocolOperator extends Operator {
  readonly #read: (view: StreamView) => HttpVersion | 0;

  constructor(read: (view: StreamView) => HttpVersion | 0) {
    super();
    this.#read = read;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const version = this.#read(view);
    if (version === 0) return false;
    writer.writeBytes(PROTOCOLS[version]);
    return true;
  }
}

/** Names joined by commas, in the order in which the flags were set; a dash, which counts as a value, for none. */
class FlagsOperator extends Operator {
  readonly #nameOf: (flag: ResponseFlag) => string;

  constructor(nameOf: (flag: ResponseFlag) => string) {
    super();
    this.#nameOf = nameOf;
  }

  override write(writer: ByteWriter, { facts: { flags } }: StreamView): boolean {
    if (flags === null) writer.writeByte(DASH);
    else {
      for (let i = 0; i < flags.length; i++) {
        if (i > 0) writer.writeByte(COMMA);
        writer.writeLatin1(this.#nameOf(flags[i]!));
      }
    }
    return true;
  }
}

/** A text that is there when it is empty, too. */
class CustomFlagsOperator extends Operator {
  override write(writer: ByteWriter, { facts }: StreamView): boolean {
    writer.writeLatin1(facts.customFlags);
    return true;
  }
}

const underscored = (reason: string) => reason.includes(" ") ? reason.replaceAll(" ", "_") : reason;

const details = text(({ facts }) => underscored(facts.details));
const spacedDetails = text(({ facts }) => facts.details);

/** How the stream went. */
export const OUTCOME_OPERATORS: OperatorTable = {
  PROTOCOL: () => new ProtocolOperator(({ facts }) => facts.protocol),
  UPSTREAM_PROTOCOL: () => new ProtocolOperator(({ facts }) => facts.upstreamConnection?.protocol ?? 0),
  RESPONSE_CODE: number(({ facts }) => facts.responseCode),
  RESPONSE_CODE_DETAILS: (command, context) =>
    (command.args[0] === "ALLOW_WHITESPACES" ? spacedDetails : details)(command, context),
  RESPONSE_FLAGS: () => new FlagsOperator((flag) => flag),
  RESPONSE_FLAGS_LONG: () => new FlagsOperator((flag) => RESPONSE_FLAGS[flag]),
  CUSTOM_FLAGS: () => new CustomFlagsOperator(),
  CONNECTION_TERMINATION_DETAILS: text(({ connection }) => connection.terminationDetails),
  UPSTREAM_TRANSPORT_FAILURE_REASON: text(({ facts }) => underscored(facts.upstreamTransportFailure)),
  DOWNSTREAM_TRANSPORT_FAILURE_REASON: text(({ connection }) => underscored(connection.transportFailure)),
  UPSTREAM_LOCAL_CLOSE_REASON: text(({ facts }) => facts.upstreamConnection?.localCloseReason ?? ""),
  DOWNSTREAM_LOCAL_CLOSE_REASON: text(({ connection }) => connection.localCloseReason),
  // A host that was picked has a close type, whether a connection to it ever stood or not.
  UPSTREAM_DETECTED_CLOSE_TYPE: text(({ facts }) =>
    facts.host === null ? "" : facts.upstreamConnection?.closeType ?? "Normal"
  ),
  DOWNSTREAM_DETECTED_CLOSE_TYPE: text(({ connection }) => connection.closeType),
};

/**
 * Addresses of both connections (spec/http.md 8.2): whole, without the port, as a network of so many bits, and the port
 * alone. The downstream one is the trusted client's, which may have come in `x-forwarded-for`; the direct one is the
 * peer's.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { EndAddress } from "../connection_facts.ts";
import { clientOf } from "../end_address.ts";
import type { StreamView } from "../stream_view.ts";
import { networkText } from "./network_text.ts";
import { Operator, type OperatorFactory, type OperatorTable } from "./operator.ts";
import { writeUtf8 } from "./text_writing.ts";

const COLON = 58, OPEN_BRACKET = 91, CLOSE_BRACKET = 93;

/** One end of a connection; null = there is none. */
type ReadAddress = (view: StreamView) => EndAddress | null;

/** Something of an end; nothing where there is none. */
abstract class EndOperator extends Operator {
  protected readonly read: ReadAddress;

  constructor(read: ReadAddress) {
    super();
    this.read = read;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const address = this.read(view);
    if (address === null) return false;
    this.writeEnd(writer, address);
    return true;
  }

  protected abstract writeEnd(writer: ByteWriter, address: EndAddress): void;
}

/** `ip:port`, with brackets round an IPv6 address; a pipe is its path. */
class AddressOperator extends EndOperator {
  protected override writeEnd(writer: ByteWriter, address: EndAddress): void {
    if (address.kind === "pipe") return writeUtf8(writer, address.path);
    const isBracketed = address.host.includes(":");
    if (isBracketed) writer.writeByte(OPEN_BRACKET);
    writer.writeLatin1(address.host);
    if (isBracketed) writer.writeByte(CLOSE_BRACKET);
    writer.writeByte(COLON);
    writer.writeDecimal(address.port);
  }
}

/** The address alone. A pipe lies in no network: there the value is empty. */
class HostOperator extends EndOperator {
  /** Bits of the network to show; null = the address itself. */
  readonly #prefix: number | null;

  constructor(read: ReadAddress, [prefix = ""]: readonly string[]) {
    super(read);
    this.#prefix = prefix === "" ? null : Number(prefix);
  }

  protected override writeEnd(writer: ByteWriter, address: EndAddress): void {
    if (this.#prefix === null) writeUtf8(writer, address.kind === "pipe" ? address.path : address.host);
    else if (address.kind === "ip") writer.writeLatin1(networkText(address.host, this.#prefix));
  }
}

/** The port alone; a pipe has none. */
class PortOperator extends EndOperator {
  override readonly isText = false;

  protected override writeEnd(writer: ByteWriter, address: EndAddress): void {
    if (address.kind === "ip") writer.writeDecimal(address.port);
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    return this.read(view)?.kind === "ip" && this.write(writer, view);
  }
}

/** No address here is one of Envoy's internal listeners: an empty text wherever there is one. */
class EndpointIdOperator extends EndOperator {
  protected override writeEnd(): void {}
}

/** What every end has. */
function forms(name: string, read: ReadAddress): [string, OperatorFactory][] {
  return [
    [`${name}_ADDRESS`, () => new AddressOperator(read)],
    [`${name}_ADDRESS_WITHOUT_PORT`, ({ args }) => new HostOperator(read, args)],
    [`${name}_PORT`, () => new PortOperator(read)],
  ];
}

const downstreamLocal: ReadAddress = ({ connection }) => connection.local;
const directLocal: ReadAddress = ({ connection }) => connection.directLocal;
const upstreamRemote: ReadAddress = ({ facts }) => facts.upstreamConnection?.remote ?? null;

/** Both ends of both connections. */
export const ADDRESS_OPERATORS: OperatorTable = {
  ...Object.fromEntries([
    ...forms("DOWNSTREAM_REMOTE", clientOf),
    ...forms("DOWNSTREAM_DIRECT_REMOTE", ({ connection }) => connection.directPeer),
    ...forms("DOWNSTREAM_LOCAL", downstreamLocal),
    ...forms("DOWNSTREAM_DIRECT_LOCAL", directLocal),
    ...forms("UPSTREAM_REMOTE", upstreamRemote),
    ...forms("UPSTREAM_LOCAL", ({ facts }) => facts.upstreamConnection?.local ?? null),
  ]),
  DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID: () => new EndpointIdOperator(downstreamLocal),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID: () => new EndpointIdOperator(directLocal),
  UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID: () => new EndpointIdOperator(upstreamRemote),
};

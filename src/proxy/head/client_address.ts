/**
 * Who the client is, as far as it is to be believed, and whether it is one of ours (spec/http.md 1.12). Either the peer
 * is taken for the client, with the hops in front of it that are trusted, or somebody in front has said who it is.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { DetectionConfig, InternalAddressConfig } from "../../config/forwarding_config.ts";
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import { canonicalIp } from "../../base/ip_text.ts";
import { addressFromRight, firstUntrusted, isSingleEntry } from "../../http/forwarded.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { IpRanges } from "../../match/ip_ranges.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { DownstreamPeer } from "./downstream_peer.ts";

const COMMA = 44;

/** What a detector makes of a request. */
interface Detected {
  /** Null = it does not know. */
  readonly address: string | null;
  /** The address counts if it is in the internal ranges. */
  readonly mayBeInternal: boolean;
  readonly appendsPeer: boolean;
  readonly refusal: LocalReply | null;
}

type Detector = (headers: HeaderList, peerAddress: string) => Detected;

/** Who the client is, and what `x-forwarded-for` says of it then. */
export class ClientAddressRules {
  /** `use_remote_address`: what is not from inside comes from the edge. */
  readonly usesPeer: boolean;
  readonly #hops: number;
  readonly #appendsPeer: boolean;
  /** Null = by `x-forwarded-for` and the number of hops: nothing to do without that field. */
  readonly #detectors: readonly Detector[] | null;
  readonly #internal: InternalAddresses | null;
  /** What a client on loopback is called. */
  readonly #ownAddress: Uint8Array;

  constructor(config: HttpConnectionManagerConfig, ownAddress: string) {
    const { detection, internalAddresses } = config.forwarding;
    this.usesPeer = config.useRemoteAddress;
    this.#hops = config.xffNumTrustedHops;
    this.#appendsPeer = !config.skipXffAppend;
    this.#detectors = detection.length === 0 ? null : detection.map(compileDetector);
    this.#internal = internalAddresses === null ? null : new InternalAddresses(internalAddresses);
    this.#ownAddress = latin1Bytes(ownAddress);
  }

  /**
   * Sets `downstreamAddress` and `isInternal` of the facts, and appends to `x-forwarded-for` who sent the request.
   * Returns why the request is refused, or null.
   */
  resolve(headers: HeaderList, peer: DownstreamPeer, facts: StreamFacts): LocalReply | null {
    if (this.usesPeer) this.#resolveByPeer(headers, peer.peerAddress, facts);
    else if (this.#detectors !== null) return this.#detect(this.#detectors, headers, peer.peerAddress, facts);
    else if (headers.has(HeaderId.xForwardedFor)) this.#resolveByHops(headers, peer.peerAddress, facts);
    return null;
  }

  #resolveByPeer(headers: HeaderList, peerAddress: string, facts: StreamFacts): void {
    const isFirst = !headers.has(HeaderId.xForwardedFor);
    let address = peerAddress;
    if (this.#hops > 0 && !isFirst) {
      address = addressFromRight(headers.get(HeaderId.xForwardedFor)!, this.#hops) ?? peerAddress;
    }
    if (this.#appendsPeer) this.#appendPeer(headers, peerAddress);
    this.#settle(facts, address, isFirst);
  }

  #resolveByHops(headers: HeaderList, peerAddress: string, facts: StreamFacts): void {
    const list = headers.get(HeaderId.xForwardedFor)!;
    const address = addressFromRight(list, this.#hops + 1);
    this.#settle(facts, address ?? peerAddress, address !== null && this.#hops === 0 && isSingleEntry(list));
  }

  #detect(
    detectors: readonly Detector[],
    headers: HeaderList,
    peerAddress: string,
    facts: StreamFacts,
  ): LocalReply | null {
    for (const detect of detectors) {
      const { address, mayBeInternal, appendsPeer, refusal } = detect(headers, peerAddress);
      if (refusal !== null) return refusal;
      if (appendsPeer) this.#appendPeer(headers, peerAddress);
      if (address === null) continue;
      this.#settle(facts, address, mayBeInternal);
      break;
    }
    return null;
  }

  #settle(facts: StreamFacts, address: string, mayBeInternal: boolean): void {
    facts.downstreamAddress = address;
    facts.isInternal = mayBeInternal && this.#internal !== null && this.#internal.has(address);
  }

  /** Without a space behind the comma, as in Envoy. A unix socket has no address to append. */
  #appendPeer(headers: HeaderList, peerAddress: string): void {
    if (peerAddress === "") return;
    const entry = headers.find(HeaderId.xForwardedFor);
    const received = entry < 0 ? null : headers.bytesOf(entry);
    const start = entry < 0 ? 0 : headers.valueStart(entry), end = entry < 0 ? 0 : headers.valueEnd(entry);
    headers.remove(HeaderId.xForwardedFor);
    const out = headers.openLine(HeaderId.xForwardedFor);
    if (received !== null && end > start) {
      out.writeRange(received, start, end);
      out.writeByte(COMMA);
    }
    if (isLoopback(peerAddress)) out.writeBytes(this.#ownAddress);
    else out.writeLatin1(peerAddress);
    headers.closeLine();
  }
}

class InternalAddresses {
  readonly #ranges: IpRanges;
  readonly #unixSockets: boolean;

  constructor({ cidrRanges, unixSockets }: InternalAddressConfig) {
    this.#ranges = new IpRanges(cidrRanges);
    this.#unixSockets = unixSockets;
  }

  has(address: string): boolean {
    return address === "" ? this.#unixSockets : this.#ranges.contains(address);
  }
}

function compileDetector(config: DetectionConfig): Detector {
  if (config.kind === "custom_header") return byHeader(config);
  return config.trustedCidrs.length === 0 ? byHops(config) : byRanges(config);
}

type XffConfig = Extract<DetectionConfig, { kind: "xff" }>;

function byHops({ trustedHops, skipXffAppend }: XffConfig): Detector {
  return (headers) => {
    const list = headers.get(HeaderId.xForwardedFor);
    return {
      address: list === null ? null : addressFromRight(list, trustedHops + 1),
      mayBeInternal: trustedHops === 0 && list !== null && isSingleEntry(list),
      appendsPeer: !skipXffAppend,
      refusal: null,
    };
  };
}

function byRanges({ trustedCidrs, skipXffAppend }: XffConfig): Detector {
  const ranges = new IpRanges(trustedCidrs);
  const isTrusted = (address: string) => ranges.contains(address);
  return (headers, peerAddress) => {
    // A stranger may say what it likes; whoever comes next shall know who said it.
    if (!isTrusted(peerAddress)) return { address: null, mayBeInternal: false, appendsPeer: true, refusal: null };
    const list = headers.get(HeaderId.xForwardedFor);
    return {
      address: list === null ? null : firstUntrusted(list, isTrusted),
      mayBeInternal: list !== null && isSingleEntry(list),
      appendsPeer: !skipXffAppend,
      refusal: null,
    };
  };
}

function byHeader(config: Extract<DetectionConfig, { kind: "custom_header" }>): Detector {
  const { headerName, mayBeInternal, rejectStatus } = config;
  const refusal = rejectStatus === 0 ? null : localReply(rejectStatus, "", "rejecting_because_detection_failed");
  return (headers) => {
    const value = headers.getName(headerName);
    const address = value === null ? null : canonicalIp(value);
    return { address, mayBeInternal, appendsPeer: false, refusal: address === null ? refusal : null };
  };
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

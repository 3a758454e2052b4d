/**
 * DNS messages (RFC 1035) between bytes and the few things a stub resolver asks and reads: one question out; flags, records
 * and what they are about back in. The bytes are the `dns-packet` package's work, which is known in this file only.
 */
import { Buffer } from "node:buffer";
import { decode, encode } from "dns-packet";
import { canonicalIp } from "../../base/ip_text.ts";

/** Kinds of records that are asked for. */
export type AddressType = "A" | "AAAA";

/** One question, as a server gets it. */
export interface DnsQuestion {
  /** 16 bits. */
  readonly id: number;
  /** Without the last dot. */
  readonly name: string;
  readonly type: AddressType;
  /** Of EDNS (RFC 6891): the largest answer by UDP, in bytes. 0 = nothing is said, so 512. */
  readonly payloadSize: number;
}

/** A record of an answer: an address, or that one name stands for another. */
export interface DnsRecord {
  readonly type: AddressType | "CNAME";
  readonly name: string;
  readonly ttlSeconds: number;
  /** An IP address in its usual spelling, or a name. */
  readonly data: string;
}

/** What a server said. */
export interface DnsResponse {
  readonly id: number;
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, ... */
  readonly code: string;
  /** The rest is to be asked for by TCP. */
  readonly isTruncated: boolean;
  /** Null when it repeats none. */
  readonly question: { readonly name: string; readonly type: string } | null;
  readonly records: readonly DnsRecord[];
  /** Types of the records that say who knows better, or that nobody does. */
  readonly authorityTypes: readonly string[];
}

/** As much of `dns-packet`'s shapes as is read. */
interface Packet {
  readonly type: string;
  readonly id: number;
  readonly rcode: string;
  readonly flag_tc: boolean;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
  readonly answers: readonly PacketRecord[];
  readonly authorities: readonly PacketRecord[];
}

interface PacketRecord {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly ttl?: number;
  readonly data?: unknown;
}

const RECURSION_DESIRED = 1 << 8;
const HEADER_BYTES = 12;
/** In the third byte of a header. */
const RESPONSE = 0x80, TRUNCATED = 0x02;
const LONGEST_LABEL = 63, LONGEST_NAME = 253;
/** A TTL with its highest bit set counts as 0 (RFC 2181 8). */
const LARGEST_TTL = 2 ** 31 - 1;

/** Whether a name can be asked for: labels of 1 to 63 bytes, 253 together, with or without a last dot. */
export function isAskable(name: string): boolean {
  const plain = name.endsWith(".") ? name.slice(0, -1) : name;
  if (plain.length === 0 || plain.length > LONGEST_NAME || !/^[\x21-\x7e]+$/.test(plain)) return false;
  return plain.split(".").every((label) => label.length > 0 && label.length <= LONGEST_LABEL);
}

/** The bytes of a question. */
export function questionBytes({ id, name, type, payloadSize }: DnsQuestion): Uint8Array<ArrayBuffer> {
  const additionals = payloadSize === 0
    ? []
    : [{ type: "OPT", name: ".", udpPayloadSize: payloadSize, flags: 0, options: [] }];
  const questions = [{ type, name, class: "IN" }];
  return new Uint8Array(encode({ type: "query", id, flags: RECURSION_DESIRED, questions, additionals }));
}

/** Reads a response; null when the bytes are none. */
export function readResponse(bytes: Uint8Array): DnsResponse | null {
  let packet: Packet;
  try {
    packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as Packet;
  } catch {
    return cutOff(bytes);
  }
  if (packet.type !== "response") return null;
  return {
    id: packet.id,
    code: packet.rcode,
    isTruncated: packet.flag_tc,
    question: packet.questions[0] ?? null,
    records: packet.answers.flatMap(recordOf),
    authorityTypes: packet.authorities.map(({ type }) => type),
  };
}

/** Some servers cut in the midst of a record. What cannot be read for another reason is nobody's answer. */
function cutOff(bytes: Uint8Array): DnsResponse | null {
  if (bytes.length < HEADER_BYTES || (bytes[2]! & (RESPONSE | TRUNCATED)) !== (RESPONSE | TRUNCATED)) return null;
  const id = bytes[0]! << 8 | bytes[1]!;
  return { id, code: "NOERROR", isTruncated: true, question: null, records: [], authorityTypes: [] };
}

function recordOf({ name, type, class: recordClass, ttl, data }: PacketRecord): DnsRecord[] {
  if (recordClass !== "IN" || typeof data !== "string") return [];
  const ttlSeconds = ttl === undefined || ttl > LARGEST_TTL ? 0 : ttl;
  if (type === "CNAME") return [{ type, name, ttlSeconds, data }];
  if (type !== "A" && type !== "AAAA") return [];
  const address = canonicalIp(data);
  return address === null ? [] : [{ type, name, ttlSeconds, data: address }];
}

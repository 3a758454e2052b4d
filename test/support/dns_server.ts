/**
 * A real DNS server on loopback, UDP and TCP on one port, whose answers a test changes while it runs. A name that was
 * never set does not exist.
 *
 * ```ts
 * await using dns = startDnsServer();
 * dns.set("web.test", { a: ["127.0.0.1"], ttl: 30 });
 * dns.set("web.test", { code: "SERVFAIL" });
 * await dns.untilAsked("web.test", "A", 2);
 * ```
 */
import { Buffer } from "node:buffer";
import { decode, encode } from "dns-packet";

/** What the server says of one name. Without `a`, `aaaa` and `code` the name exists and has no address. */
export interface DnsAnswer {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** Seconds; 60 unless given. */
  readonly ttl?: number;
  /** The addresses belong to this name, of which the name that is asked for is an alias. */
  readonly alias?: string;
  /** Seconds; 60 unless given. */
  readonly aliasTtl?: number;
  /** `NXDOMAIN`, `SERVFAIL`, `REFUSED`, ...: the answer is that, with no record. */
  readonly code?: string;
  /** The code, the silence and the hold are for questions of this type only. */
  readonly only?: "A" | "AAAA";
  /** Says nothing, ever. */
  readonly isSilent?: boolean;
  /** Says nothing until {@link DnsServer.release}. */
  readonly isHeld?: boolean;
  /** By UDP only that there is more than fits. */
  readonly isTruncated?: boolean;
  /** Questions with EDNS are answered with FORMERR. */
  readonly knowsNoEdns?: boolean;
  /** Sends somebody else's name servers instead of records: a referral. */
  readonly isReferral?: boolean;
  /** Sent before the answer, as they are, with the id of the question where they have 0. */
  readonly forgeries?: readonly Forgery[];
}

/** A response that answers something else than what was asked. */
export interface Forgery {
  readonly idOffset?: number;
  readonly name?: string;
  readonly address: string;
}

/** A question that came. */
export interface ReceivedQuestion {
  readonly name: string;
  readonly type: string;
  readonly transport: "udp" | "tcp";
  readonly id: number;
  /** The asker's port. */
  readonly port: number;
  /** By EDNS; 0 = none. */
  readonly payloadSize: number;
}

interface Query {
  readonly id: number;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
  readonly additionals: readonly { readonly type: string; readonly udpPayloadSize?: number }[];
}

interface Waiter {
  readonly isTrue: () => boolean;
  readonly resolve: () => void;
}

/** Sends one message to whoever asked. */
type Reply = (message: Uint8Array<ArrayBuffer>) => Promise<unknown>;

const RECURSION = 0x0180, TRUNCATED = 0x0200;
const CODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
/** How often a port is tried that must be free for both. */
const MOST_TRIES = 20;

export class DnsServer implements AsyncDisposable {
  readonly questions: ReceivedQuestion[] = [];
  readonly port: number;
  readonly #udp: Deno.DatagramConn;
  readonly #tcp: Deno.TcpListener;
  readonly #answers = new Map<string, DnsAnswer>();
  readonly #held: { readonly name: string; readonly send: () => Promise<void> }[] = [];
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #running: Promise<unknown>[] = [];
  #waiters: Waiter[] = [];

  constructor(udp: Deno.DatagramConn, tcp: Deno.TcpListener) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.port = tcp.addr.port;
    this.#running.push(this.#serveUdp(), this.#serveTcp());
  }

  /** From now on; null = the name does not exist. */
  set(name: string, answer: DnsAnswer | null): void {
    if (answer === null) this.#answers.delete(name);
    else this.#answers.set(name, answer);
  }

  /** Answers what is held of the name, as it was when it was asked, but without the hold. */
  async release(name: string): Promise<void> {
    const released = this.#held.filter((held) => held.name === name);
    for (const held of released) this.#held.splice(this.#held.indexOf(held), 1);
    await Promise.all(released.map(({ send }) => send()));
  }

  /** Answers the last question for the name with this address, from a port that nobody asked. */
  async forgeFromElsewhere(name: string, address: string): Promise<void> {
    const { id, type, port } = this.questions.findLast((question) => question.name === name)!;
    const elsewhere = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const message = forgedMessage({ id, questions: [{ name, type }], additionals: [] }, { address });
    await elsewhere.send(message, { transport: "udp", hostname: "127.0.0.1", port });
    elsewhere.close();
  }

  /** How often a name was asked for. */
  asked(name: string, type: "A" | "AAAA" = "A"): number {
    return this.questions.filter((question) => question.name === name && question.type === type).length;
  }

  /** Resolves when the name was asked for so often. */
  untilAsked(name: string, type: "A" | "AAAA" = "A", times = 1): Promise<void> {
    const isTrue = () => this.asked(name, type) >= times;
    if (isTrue()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push({ isTrue, resolve });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    for (const connection of this.#connections) connection.close();
    await Promise.all(this.#running);
  }

  async #serveUdp(): Promise<void> {
    try {
      for await (const [bytes, from] of this.#udp) {
        await this.#answer(bytes, "udp", from as Deno.NetAddr, (message) => this.#udp.send(message, from));
      }
    } catch (error) {
      ignoreClosed(error);
    }
  }

  async #serveTcp(): Promise<void> {
    try {
      for await (const connection of this.#tcp) this.#running.push(this.#serveConnection(connection));
    } catch (error) {
      ignoreClosed(error);
    }
  }

  async #serveConnection(connection: Deno.TcpConn): Promise<void> {
    this.#connections.add(connection);
    const length = new Uint8Array(2);
    try {
      while (await fill(connection, length)) {
        const bytes = new Uint8Array(length[0]! << 8 | length[1]!);
        if (!await fill(connection, bytes)) break;
        await this.#answer(bytes, "tcp", connection.remoteAddr, async (message) => {
          const framed = new Uint8Array(message.length + 2);
          framed.set([message.length >> 8, message.length & 255]);
          framed.set(message, 2);
          // In two pieces: whoever reads must put them together.
          for (const part of [framed.subarray(0, 5), framed.subarray(5)]) {
            for (let at = 0; at < part.length;) at += await connection.write(part.subarray(at));
          }
        });
      }
    } catch (error) {
      ignoreClosed(error);
    }
    if (this.#connections.delete(connection)) {
      try {
        connection.close();
      } catch (error) {
        ignoreClosed(error);
      }
    }
  }

  async #answer(bytes: Uint8Array, transport: "udp" | "tcp", from: Deno.NetAddr, reply: Reply): Promise<void> {
    const query = decode(Buffer.from(bytes)) as Query;
    const question = query.questions[0]!;
    const name = question.name.toLowerCase();
    const payloadSize = query.additionals.find(({ type }) => type === "OPT")?.udpPayloadSize ?? 0;
    this.questions.push({ name, type: question.type, transport, id: query.id, port: from.port, payloadSize });
    const answer = answerFor(this.#answers.get(name), question.type);
    const send = async () => {
      for (const forgery of answer?.forgeries ?? []) await reply(forgedMessage(query, forgery));
      await reply(responseMessage(query, answer, transport === "udp", payloadSize > 0));
    };
    if (answer?.isHeld === true) this.#held.push({ name, send });
    else if (answer?.isSilent !== true) await send();
    for (const waiter of this.#waiters) if (waiter.isTrue()) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => !waiter.isTrue());
  }
}

/** Starts a server on a free port. */
export function startDnsServer(hostname = "127.0.0.1"): DnsServer {
  for (let left = MOST_TRIES;; left--) {
    const tcp = Deno.listen({ hostname, port: 0 });
    try {
      return new DnsServer(Deno.listenDatagram({ transport: "udp", hostname, port: tcp.addr.port }), tcp);
    } catch (error) {
      tcp.close();
      if (!(error instanceof Deno.errors.AddrInUse) || left === 0) throw error;
    }
  }
}

/** What is said to questions of that type. */
function answerFor(answer: DnsAnswer | undefined, type: string): DnsAnswer | undefined {
  if (answer?.only === undefined || answer.only === type) return answer;
  return { ...answer, code: "NOERROR", isSilent: false, isHeld: false };
}

function responseMessage(query: Query, answer: DnsAnswer | undefined, isUdp: boolean, hasEdns: boolean) {
  const { name, type } = query.questions[0]!;
  const isTruncated = isUdp && answer?.isTruncated === true;
  let code = answer?.code ?? (answer === undefined ? "NXDOMAIN" : "NOERROR");
  if (hasEdns && answer?.knowsNoEdns === true) code = "FORMERR";
  const isEmpty = code !== "NOERROR" || isTruncated || answer === undefined || answer.isReferral === true;
  const owner = answer?.alias ?? name;
  const ttl = answer?.ttl ?? 60;
  const addresses = (type === "A" ? answer?.a : answer?.aaaa) ?? [];
  const alias = answer?.alias === undefined
    ? []
    : [{ type: "CNAME", name, ttl: answer.aliasTtl ?? 60, data: answer.alias }];
  const answers = isEmpty ? [] : [...alias, ...addresses.map((data) => ({ type, name: owner, ttl, data }))];
  return bytesOf({
    type: "response",
    id: query.id,
    flags: RECURSION | CODES.indexOf(code) | (isTruncated ? TRUNCATED : 0),
    questions: query.questions,
    answers,
    authorities: answer?.isReferral === true ? [{ type: "NS", name: "test", ttl: 60, data: "ns.test" }] : [],
  });
}

function forgedMessage(query: Query, { idOffset = 0, name, address }: Forgery) {
  const asked = query.questions[0]!;
  const question = { type: asked.type, name: name ?? asked.name, class: "IN" };
  return bytesOf({
    type: "response",
    id: (query.id + idOffset) & 0xffff,
    flags: RECURSION,
    questions: [question],
    answers: [{ type: asked.type, name: question.name, ttl: 60, data: address }],
  });
}

function bytesOf(packet: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode(packet));
}

/** Reads until `bytes` is full; false when the connection ends before. */
async function fill(connection: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  for (let at = 0; at < bytes.length;) {
    const count = await connection.read(bytes.subarray(at));
    if (count === null) return false;
    at += count;
  }
  return true;
}

/** The server, or who asked, is gone. */
function ignoreClosed(error: unknown): void {
  const { BadResource, BrokenPipe, ConnectionReset, Interrupted } = Deno.errors;
  if ([BadResource, BrokenPipe, ConnectionReset, Interrupted].some((one) => error instanceof one)) return;
  throw error;
}

/** One request as an origin sees it: what has come of it so far, and what can be done about it. */
import type { Changes } from "./changes.ts";
import type { Peer } from "./peer.ts";
import { readMessage, valueOf, type WireMessage } from "./wire_message.ts";

/** How long an origin waits for a proxy. */
export const ORIGIN_PATIENCE_MS = 8_000;

/** What an origin does with a request; true: it ends the connection after that. */
export type Behaviour = (exchange: Exchange) => Promise<boolean | void>;

/** What a case does to the origin while it runs. */
export interface Script {
  readonly openGates: ReadonlySet<string>;
  readonly changes: Changes;
}

/** One request at an origin, and what is made of it. */
export class Exchange {
  readonly #script: Script;
  readonly #peer: Peer;
  readonly #start: number;
  /** The proxy ended the connection before the origin was through. */
  isCut = false;
  isOver = false;
  /** No HTTP any more: everything behind the head is payload. */
  isTunnel = false;

  constructor(script: Script, peer: Peer, start: number) {
    this.#script = script;
    this.#peer = peer;
    this.#start = start;
  }

  /** What has come of the request so far; null before its head is there. */
  get request(): WireMessage | null {
    const message = readMessage(this.#peer.text, this.#start, { hasEnded: this.#peer.hasEnded });
    return message !== null && this.isTunnel ? { ...message, body: this.payload } : message;
  }

  /** The first segment of the path, or what `x-origin` says. */
  get behaviour(): string {
    const { startLine = "", fields = [] } = this.request ?? {};
    return valueOf(fields, "x-origin") ?? /^\S+ \/([\w-]*)/.exec(startLine)?.[1] ?? "";
  }

  /** Everything behind the head, as it came. */
  get payload(): string {
    const headEnd = this.#peer.text.indexOf("\r\n\r\n", this.#start);
    return headEnd < 0 ? "" : this.#peer.text.slice(headEnd + 4);
  }

  /** Everything that came on the connection from this request on, as it came. */
  get raw(): string {
    return this.#peer.text.slice(this.#start);
  }

  get end(): number {
    return this.request?.end ?? this.#peer.text.length;
  }

  /** Waits for the whole request; false: it will not come. */
  async whole(): Promise<boolean> {
    await this.until(() => this.request?.isWhole ?? false);
    return this.request?.isWhole ?? false;
  }

  send(text: string): Promise<void> {
    return this.#peer.send(text);
  }

  endWriting(): Promise<void> {
    return this.#peer.endWriting();
  }

  /** Waits until the case opens the gate. */
  gate(name: string): Promise<void> {
    return this.until(() => this.#script.openGates.has(name));
  }

  /** Waits for the proxy to end the connection. */
  async gone(): Promise<void> {
    await this.until(() => false);
  }

  /** Waits for a condition, or the end of the connection. */
  async until(isTrue: () => boolean): Promise<void> {
    await this.#script.changes.until(() => isTrue() || this.#peer.hasEnded, ORIGIN_PATIENCE_MS);
  }
}

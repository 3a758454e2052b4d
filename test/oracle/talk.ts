/** One case on one side: a connection to the proxy, and what the case's steps can do and wait for. */
import type { Changes } from "./changes.ts";
import type { Origin } from "./origin.ts";
import { Peer } from "./peer.ts";
import { untilMainThread } from "./stat_changes.ts";
import { readMessage, type WireMessage } from "./wire_message.ts";

/** How long a proxy may take for what a case waits for. */
const PATIENCE_MS = 4_000;

/** Stands in a request for the port of the listener. */
export const OWN_PORT = "OWN_PORT";

/** Everything a client has received, taken apart. */
export interface Answers {
  /** Interim ones too; the last may be half there. */
  readonly messages: readonly WireMessage[];
  /** What follows them: payload of a tunnel, or the beginning of a head. */
  readonly rest: string;
  /** Whole final answers. */
  readonly finalCount: number;
}

/** Where a case plays. */
export interface Scene {
  /** Takes the place of {@link OWN_PORT} in what is sent. */
  readonly listenerPort: number;
  /** A listener that answers `/clock` after its route's timeout. */
  readonly clockPort: number;
  readonly adminUrl: string;
  readonly origins: readonly Origin[];
  readonly changes: Changes;
}

export class Talk {
  readonly #peer: Peer;
  readonly #scene: Scene;
  /** All that was sent. */
  #sent = "";
  isClosed = false;

  constructor(peer: Peer, scene: Scene) {
    this.#peer = peer;
    this.#scene = scene;
  }

  get hasEnded(): boolean {
    return this.#peer.hasEnded;
  }

  get localPort(): number {
    return this.#peer.localPort;
  }

  /** Sending may wait for a proxy that does not read; it does not wait for one that has gone. */
  async send(text: string): Promise<boolean> {
    this.#sent += text;
    let isSent = false;
    this.#peer.send(text.replaceAll(OWN_PORT, String(this.#scene.listenerPort))).then(() => {
      isSent = true;
      this.#scene.changes.announce();
    });
    return await this.#until(() => isSent);
  }

  /** What has come so far. */
  answers(): Answers {
    const method = /^\w+/.exec(this.#sent)?.[0] ?? "";
    const { text, hasEnded } = this.#peer;
    const messages: WireMessage[] = [];
    let at = 0, finalCount = 0;
    while (at < text.length) {
      const message = readMessage(text, at, { isBodiless: method === "HEAD" && finalCount === 0, hasEnded });
      if (message === null) break;
      const isTunnel = message.status === 101 || method === "CONNECT" && finalCount === 0 && message.status === 200;
      const isInterim = message.status >= 100 && message.status < 200 && !isTunnel;
      messages.push(isTunnel ? { ...message, body: "", isWhole: true } : message);
      at = isTunnel ? text.indexOf("\r\n\r\n", at) + 4 : message.end;
      if (!isInterim && (message.isWhole || isTunnel)) finalCount++;
      if (isTunnel || !message.isWhole) break;
    }
    return { messages, rest: text.slice(at), finalCount };
  }

  untilAnswers(count: number): Promise<boolean> {
    return this.#until(() => this.answers().finalCount >= count);
  }

  untilReceived(text: string): Promise<boolean> {
    return this.#until(() => this.#peer.text.includes(text));
  }

  untilArrived(text: string): Promise<boolean> {
    const isThere = () => this.#scene.origins.some((origin) => origin.exchanges.some(({ raw }) => raw.includes(text)));
    return this.#until(isThere);
  }

  untilEnd(): Promise<boolean> {
    return this.#until(() => false);
  }

  open(gate: string): boolean {
    for (const origin of this.#scene.origins) origin.openGates.add(gate);
    this.#scene.changes.announce();
    return true;
  }

  /** Waits until a timeout of the proxy's own has passed that began now: its clock says that time has gone by. */
  async untilClock(): Promise<boolean> {
    const { clockPort, changes } = this.#scene;
    const clock = new Peer(await Deno.connect({ hostname: "127.0.0.1", port: clockPort }), changes);
    await clock.send("GET /clock HTTP/1.1\r\nhost: clock.test\r\nx-origin: silent\r\n\r\n");
    const hasStruck = await changes.until(() => clock.text !== "" || clock.hasEnded, PATIENCE_MS);
    await clock.close();
    return hasStruck;
  }

  async untilMainThread(): Promise<boolean> {
    await untilMainThread(this.#scene.adminUrl);
    return true;
  }

  async endWriting(): Promise<boolean> {
    await this.#peer.endWriting();
    return true;
  }

  async close(): Promise<boolean> {
    this.isClosed = true;
    await this.#peer.close();
    return true;
  }

  /** Waits for a condition or the end of the connection; false: neither came. */
  #until(isTrue: () => boolean): Promise<boolean> {
    return this.#scene.changes.until(() => isTrue() || this.#peer.hasEnded, PATIENCE_MS);
  }
}

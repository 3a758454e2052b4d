/**
 * The listening sockets that listeners want, as main orders them of workers (spec/xds.md 10.2). A socket belongs to its key
 * and outlives the listener that asked for it first: whoever asks for the same key serves what waits in its queue.
 */
import type { ListenerConfig } from "./listener_config.ts";
import { addressText } from "../base/address_text.ts";
import type { SocketAddress } from "./socket_address.ts";

/** One socket of a listener. */
export interface ListenerSocket {
  /** Address and options; of port 0 the listener's name and the place of the address in it too. */
  readonly key: string;
  readonly listenerName: string;
  readonly address: SocketAddress;
  /** False: one socket for the process, in worker 0. */
  readonly enableReusePort: boolean;
}

/** One socket that shall be there. */
export interface SocketOrder extends ListenerSocket {
  /** It is opened, if it can be, and closed again: a listener that may not listen yet will want it. */
  readonly isTrial: boolean;
}

/** One socket that could not be had. */
export interface BindFailure {
  readonly key: string;
  readonly listenerName: string;
  readonly address: SocketAddress;
  /** The system's words: `Address already in use`. */
  readonly reason: string;
}

/** Those of a listener, in the order of its addresses. */
export function socketsOf(config: Pick<ListenerConfig, "name" | "addresses" | "enableReusePort">): ListenerSocket[] {
  const { name, enableReusePort } = config;
  return config.addresses.map((address, index) => {
    const isPicked = address.kind === "ip" && address.port === 0;
    const own = isPicked ? ` of ${name} #${index}` : "";
    const key = `${addressText(address)}${own}${enableReusePort ? "" : " alone"}`;
    return { key, listenerName: name, address, enableReusePort };
  });
}

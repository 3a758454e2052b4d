/**
 * The sockets that workers have, as the manager of listeners keeps them: what a version wants is opened before the version
 * is taken, or only tried where it must not listen yet; what nobody wants any more is left out of the next set.
 */
import { type BindFailure, type ListenerSocket, type SocketOrder, socketsOf } from "../../config/listener_sockets.ts";
import type { ListenerVersion } from "./listener_version.ts";
import type { ListenerWorkers } from "./listener_workers.ts";

export class SocketBook {
  readonly #workers: ListenerWorkers;
  /** By key, with real ports. */
  #open: ReadonlyMap<string, ListenerSocket> = new Map();

  constructor(workers: ListenerWorkers) {
    this.#workers = workers;
  }

  /**
   * Has workers open what these versions want and is not open yet; `isTrial` says of which it is only tried. Their real
   * addresses are noted in the versions. Null = workers need not be asked.
   */
  async open(
    versions: readonly ListenerVersion[],
    isTrial: (version: ListenerVersion) => boolean,
  ): Promise<readonly BindFailure[] | null> {
    const wanted: SocketOrder[] = [];
    for (const version of versions) {
      // Where it was tried before, the kernel may have picked a port.
      const sockets = version.sockets.length > 0 ? version.sockets : socketsOf(version.config);
      version.sockets = sockets.map((socket) => ({
        ...socket,
        address: this.#open.get(socket.key)?.address ?? socket.address,
      }));
      for (const socket of sockets) {
        if (!this.#open.has(socket.key)) wanted.push({ ...socket, isTrial: isTrial(version) });
      }
    }
    if (wanted.length === 0) return null;
    const open = [...this.#open.values()];
    const { bound, failed } = await this.#workers.bind([
      ...open.map((socket) => ({ ...socket, isTrial: false })),
      ...wanted,
    ]);
    for (const version of versions) {
      version.sockets = version.sockets.map((socket) => ({
        ...socket,
        address: bound.get(socket.key) ?? socket.address,
      }));
    }
    const opened = wanted.flatMap(({ isTrial, ...socket }) => {
      const address = bound.get(socket.key);
      return isTrial || address === undefined ? [] : [{ ...socket, address }];
    });
    this.#open = byKey([...open, ...opened]);
    return failed;
  }

  /** Those of who serves stay, and of who warms those that are open: what comes to them waits. Returns all. */
  keep(serving: readonly ListenerVersion[], warming: readonly ListenerVersion[]): ListenerSocket[] {
    const held = warming.flatMap(({ sockets }) => sockets).filter(({ key }) => this.#open.has(key));
    this.#open = byKey([...held, ...serving.flatMap(({ sockets }) => sockets)]);
    return [...this.#open.values()];
  }
}

function byKey(sockets: readonly ListenerSocket[]): ReadonlyMap<string, ListenerSocket> {
  return new Map(sockets.map((socket) => [socket.key, socket]));
}
